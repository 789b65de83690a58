import { createRootRoute, createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { RootLayout } from './root-layout'

/** The root of all pages. */
export const rootRoute = createRootRoute({ component: RootLayout })

/** The parent of the pages of a tenant. */
export const tenantRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/t/$tenant_id',
  component: lazyPart(() => import('./tenant-layout'), 'TenantLayout'),
})
