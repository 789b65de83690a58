import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'

const connectionsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'connections',
  component: lazyPart(() => import('./connections-page'), 'ConnectionsPage'),
})

/** The frame of the pages of one connection. Pages of other folders, such as that of the scripts, lie below it. */
export const connectionRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'connections/$connection_id',
  component: lazyPart(() => import('./connection-layout'), 'ConnectionLayout'),
})

const settingsRoute = createRoute({
  getParentRoute: () => connectionRoute,
  path: '/',
  component: lazyPart(() => import('./settings-page'), 'SettingsPage'),
})

const applicationsRoute = createRoute({
  getParentRoute: () => connectionRoute,
  path: 'applications',
  component: lazyPart(() => import('./applications-page'), 'ApplicationsPage'),
})

/** The pages of one connection, below `connectionRoute`. */
export const connectionPages = [settingsRoute, applicationsRoute] as const

/** The pages of connections. */
export const connectionRoutes = [connectionsRoute] as const
