import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'

/** The frame of the pages of the tenant itself. */
const frameRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'tenant',
  component: lazyPart(() => import('./tenant-frame'), 'TenantFrame'),
})

const settingsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  component: lazyPart(() => import('./settings-page'), 'SettingsPage'),
})

const planRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'plan',
  component: lazyPart(() => import('./plan-page'), 'PlanPage'),
})

const signingKeysRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'signing-keys',
  component: lazyPart(() => import('./signing-keys-page'), 'SigningKeysPage'),
})

const networkRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: 'network',
  component: lazyPart(() => import('./network-page'), 'NetworkPage'),
})

/** The pages of the tenant itself. */
export const tenantPageRoutes = [
  frameRoute.addChildren([settingsRoute, planRoute, signingKeysRoute, networkRoute]),
] as const
