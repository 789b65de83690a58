import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { readFilters } from './filters'

const migrationsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration',
  component: lazyPart(() => import('./migrations-page'), 'MigrationsPage'),
})

const migrationRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration/$connection_id',
  validateSearch: readFilters,
  component: lazyPart(() => import('./migration-page'), 'MigrationPage'),
})

const personRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration/$connection_id/people/$record_id',
  component: lazyPart(() => import('./person-page'), 'PersonPage'),
})

/** The pages of migrations. */
export const migrationPageRoutes = [migrationsRoute, migrationRoute, personRoute] as const
