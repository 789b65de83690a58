import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { readFilters } from './log-filters'

const logsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'logs',
  validateSearch: readFilters,
  component: lazyPart(() => import('./logs-page'), 'LogsPage'),
})

const logRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'logs/$log_id',
  component: lazyPart(() => import('./log-page'), 'LogPage'),
})

/** The pages of log events. */
export const logRoutes = [logsRoute, logRoute] as const
