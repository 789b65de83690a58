import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'

const finishRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration/$connection_id/finish',
  component: lazyRouteComponent(() => import('./finish-page'), 'FinishPage'),
})

/** The pages that end a migration. */
export const finishPageRoutes = [finishRoute] as const
