import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'
import { textOf } from '../ui/search-params'

const jobsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'jobs',
  validateSearch: (search: Record<string, unknown>): { type?: string } => ({ type: textOf(search['type']) }),
  component: lazyRouteComponent(() => import('./jobs-page'), 'JobsPage'),
})

const jobRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'jobs/$job_id',
  component: lazyRouteComponent(() => import('./job-page'), 'JobPage'),
})

/** The pages of jobs. */
export const jobRoutes = [jobsRoute, jobRoute] as const
