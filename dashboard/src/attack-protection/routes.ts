import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { textOf } from '../ui/search-params'

const locksRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'attack-protection',
  validateSearch: (search: Record<string, unknown>): { q?: string } => ({ q: textOf(search['q']) }),
  component: lazyPart(() => import('./locks-page'), 'LocksPage'),
})

const limitsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'attack-protection/limits',
  component: lazyPart(() => import('./limits-page'), 'LimitsPage'),
})

/** The pages of attack protection. */
export const attackProtectionRoutes = [locksRoute, limitsRoute] as const
