import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { textOf } from '../ui/search-params'

const decisionsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration/$connection_id/decisions',
  validateSearch: (search: Record<string, unknown>): { cause?: string | undefined } => ({
    cause: textOf(search['cause']),
  }),
  component: lazyPart(() => import('./decisions-page'), 'DecisionsPage'),
})

/** The pages of decisions. */
export const decisionPageRoutes = [decisionsRoute] as const
