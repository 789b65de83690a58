import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'
import { readFilters } from './filters'

const migrationsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration',
  component: lazyRouteComponent(() => import('./migrations-page'), 'MigrationsPage'),
})

const migrationRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration/$connection_id',
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import('./migration-page'), 'MigrationPage'),
})

const personRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration/$connection_id/people/$record_id',
  component: lazyRouteComponent(() => import('./person-page'), 'PersonPage'),
})

/** The pages of migrations. */
export const migrationPageRoutes = [migrationsRoute, migrationRoute, personRoute] as const
