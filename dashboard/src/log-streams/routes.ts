import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'

const streamsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'log-streams',
  component: lazyPart(() => import('./log-streams-page'), 'LogStreamsPage'),
})

const streamRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'log-streams/$log_stream_id',
  component: lazyPart(() => import('./log-stream-page'), 'LogStreamPage'),
})

/** The pages of log streams. */
export const logStreamRoutes = [streamsRoute, streamRoute] as const
