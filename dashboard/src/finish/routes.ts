import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'

const finishRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration/$connection_id/finish',
  component: lazyPart(() => import('./finish-page'), 'FinishPage'),
})

/** The pages that end a migration. */
export const finishPageRoutes = [finishRoute] as const
