import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { choiceOf, textOf } from '../ui/search-params'
import { client_types, type ClientType } from './client-types'

const applicationsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'applications',
  validateSearch: (search: Record<string, unknown>): { q?: string; type?: ClientType } => ({
    q: textOf(search['q']),
    type: choiceOf(client_types, search['type']),
  }),
  component: lazyPart(() => import('./applications-page'), 'ApplicationsPage'),
})

const applicationRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'applications/$client_id',
  component: lazyPart(() => import('./application-layout'), 'ApplicationLayout'),
})

const settingsRoute = createRoute({
  getParentRoute: () => applicationRoute,
  path: '/',
  component: lazyPart(() => import('./settings-page'), 'SettingsPage'),
})

const quickStartRoute = createRoute({
  getParentRoute: () => applicationRoute,
  path: 'quick-start',
  validateSearch: (search: Record<string, unknown>): { with?: string } => ({ with: textOf(search['with']) }),
  component: lazyPart(() => import('./quick-start-page'), 'QuickStartPage'),
})

const connectionsRoute = createRoute({
  getParentRoute: () => applicationRoute,
  path: 'connections',
  validateSearch: (search: Record<string, unknown>): { q?: string } => ({ q: textOf(search['q']) }),
  component: lazyPart(() => import('./connections-page'), 'ConnectionsPage'),
})

const credentialsRoute = createRoute({
  getParentRoute: () => applicationRoute,
  path: 'credentials',
  component: lazyPart(() => import('./credentials-page'), 'CredentialsPage'),
})

const apisRoute = createRoute({
  getParentRoute: () => applicationRoute,
  path: 'apis',
  component: lazyPart(() => import('./apis-page'), 'ApisPage'),
})

/** The pages of applications. */
export const applicationRoutes = [
  applicationsRoute,
  applicationRoute.addChildren([settingsRoute, quickStartRoute, connectionsRoute, credentialsRoute, apisRoute]),
] as const
