import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'
import { readFilters } from './log-filters'

const logsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'logs',
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import('./logs-page'), 'LogsPage'),
})

const logRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'logs/$log_id',
  component: lazyRouteComponent(() => import('./log-page'), 'LogPage'),
})

/** The pages of log events. */
export const logRoutes = [logsRoute, logRoute] as const
