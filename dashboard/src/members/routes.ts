import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'

const membersRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'members',
  component: lazyRouteComponent(() => import('./members-page'), 'MembersPage'),
})

/** The page of the admins of a tenant. */
export const memberRoutes = [membersRoute] as const
