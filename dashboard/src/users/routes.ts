import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { textOf } from '../ui/search-params'
import { tenantRoute } from '../shell/tenant-route'

const usersRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'users',
  validateSearch: (search: Record<string, unknown>): { q?: string } => ({ q: textOf(search['q']) }),
  component: lazyRouteComponent(() => import('./users-page'), 'UsersPage'),
})

const userRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'users/$user_id',
  component: lazyRouteComponent(() => import('./user-page'), 'UserPage'),
})

/** The pages of users. */
export const userRoutes = [usersRoute, userRoute] as const
