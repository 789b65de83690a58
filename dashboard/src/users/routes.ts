import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'
import { readUserFilters } from './user-filters'

const usersRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'users',
  validateSearch: readUserFilters,
  component: lazyRouteComponent(() => import('./users-page'), 'UsersPage'),
})

/** The frame of the pages of one user. */
export const userRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'users/$user_id',
  component: lazyRouteComponent(() => import('./user-layout'), 'UserLayout'),
})

const profileRoute = createRoute({
  getParentRoute: () => userRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./profile-page'), 'ProfilePage'),
})

const metadataRoute = createRoute({
  getParentRoute: () => userRoute,
  path: 'metadata',
  component: lazyRouteComponent(() => import('./metadata-page'), 'MetadataPage'),
})

const identitiesRoute = createRoute({
  getParentRoute: () => userRoute,
  path: 'identities',
  component: lazyRouteComponent(() => import('./identities-page'), 'IdentitiesPage'),
})

const sessionsRoute = createRoute({
  getParentRoute: () => userRoute,
  path: 'sessions',
  component: lazyRouteComponent(() => import('./sessions-page'), 'SessionsPage'),
})

const migrationRoute = createRoute({
  getParentRoute: () => userRoute,
  path: 'migration',
  component: lazyRouteComponent(() => import('./user-migration-page'), 'UserMigrationPage'),
})

const logsRoute = createRoute({
  getParentRoute: () => userRoute,
  path: 'logs',
  validateSearch: (search: Record<string, unknown>): { live?: boolean } =>
    search['live'] === true ? { live: true } : {},
  component: lazyRouteComponent(() => import('./user-logs-page'), 'UserLogsPage'),
})

/** The pages of one user, below `userRoute`. */
export const userPages = [
  profileRoute,
  metadataRoute,
  identitiesRoute,
  sessionsRoute,
  migrationRoute,
  logsRoute,
] as const

/** The pages of users. */
export const userRoutes = [usersRoute] as const
