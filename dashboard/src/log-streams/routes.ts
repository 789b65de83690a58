import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { tenantRoute } from '../shell/tenant-route'

const streamsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'log-streams',
  component: lazyRouteComponent(() => import('./log-streams-page'), 'LogStreamsPage'),
})

const streamRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'log-streams/$log_stream_id',
  component: lazyRouteComponent(() => import('./log-stream-page'), 'LogStreamPage'),
})

/** The pages of log streams. */
export const logStreamRoutes = [streamsRoute, streamRoute] as const
