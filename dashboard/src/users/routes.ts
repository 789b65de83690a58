import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { readUserFilters } from './user-filters'

const usersRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'users',
  validateSearch: readUserFilters,
  component: lazyPart(() => import('./users-page'), 'UsersPage'),
})

/** The frame of the pages of one user. */
export const userRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'users/$user_id',
  component: lazyPart(() => import('./user-layout'), 'UserLayout'),
})

const profileRoute = createRoute({
  getParentRoute: () => userRoute,
  path: '/',
  component: lazyPart(() => import('./profile-page'), 'ProfilePage'),
})

const metadataRoute = createRoute({
  getParentRoute: () => userRoute,
  path: 'metadata',
  component: lazyPart(() => import('./metadata-page'), 'MetadataPage'),
})

const identitiesRoute = createRoute({
  getParentRoute: () => userRoute,
  path: 'identities',
  component: lazyPart(() => import('./identities-page'), 'IdentitiesPage'),
})

const sessionsRoute = createRoute({
  getParentRoute: () => userRoute,
  path: 'sessions',
  component: lazyPart(() => import('./sessions-page'), 'SessionsPage'),
})

const migrationRoute = createRoute({
  getParentRoute: () => userRoute,
  path: 'migration',
  component: lazyPart(() => import('./user-migration-page'), 'UserMigrationPage'),
})

const logsRoute = createRoute({
  getParentRoute: () => userRoute,
  path: 'logs',
  validateSearch: (search: Record<string, unknown>): { live?: boolean } =>
    search['live'] === true ? { live: true } : {},
  component: lazyPart(() => import('./user-logs-page'), 'UserLogsPage'),
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
