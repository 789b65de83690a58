import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { textOf } from '../ui/search-params'

const jobsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'jobs',
  validateSearch: (search: Record<string, unknown>): { type?: string } => ({ type: textOf(search['type']) }),
  component: lazyPart(() => import('./jobs-page'), 'JobsPage'),
})

const jobRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'jobs/$job_id',
  component: lazyPart(() => import('./job-page'), 'JobPage'),
})

/** The pages of jobs. */
export const jobRoutes = [jobsRoute, jobRoute] as const
