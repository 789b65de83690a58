import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'

const rulesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'rules',
  component: lazyRouteComponent(() => import('./rules-page'), 'RulesPage'),
})

const ruleRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'rules/$rule_id',
  component: lazyRouteComponent(() => import('./rule-page'), 'RulePage'),
})

/** The pages of rules. */
export const rulePageRoutes = [rulesRoute, ruleRoute] as const
