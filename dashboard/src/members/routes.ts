import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'

const membersRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'members',
  component: lazyPart(() => import('./members-page'), 'MembersPage'),
})

/** The page of the admins of a tenant. */
export const memberRoutes = [membersRoute] as const
