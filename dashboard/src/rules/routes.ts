import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'

const rulesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'rules',
  component: lazyPart(() => import('./rules-page'), 'RulesPage'),
})

const ruleRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'rules/$rule_id',
  component: lazyPart(() => import('./rule-page'), 'RulePage'),
})

/** The pages of rules. */
export const rulePageRoutes = [rulesRoute, ruleRoute] as const
