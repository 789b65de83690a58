// All pages. Each folder lists its routes in `routes.ts`; a page is loaded when it is opened.
import { createRoute, createRouter } from '@tanstack/react-router'
import { lazyPart } from './ui/lazy-part'
import { apiRoutes } from './apis/routes'
import { applicationRoutes } from './applications/routes'
import { actionPageRoutes } from './actions/routes'
import { attackProtectionRoutes } from './attack-protection/routes'
import { brandingRoutes } from './branding/routes'
import { connectionPages, connectionRoute, connectionRoutes } from './connections/routes'
import { customDatabaseRoute } from './custom-database/routes'
import { emailRoutes } from './email/routes'
import { jobRoutes } from './jobs/routes'
import { logStreamRoutes } from './log-streams/routes'
import { logRoutes } from './logs/routes'
import { decisionPageRoutes } from './decisions/routes'
import { directoryPageRoutes } from './directory/routes'
import { finishPageRoutes } from './finish/routes'
import { getStartedRoutes } from './get-started/routes'
import { migrationPageRoutes } from './migration/routes'
import { auditRoutes } from './audit/routes'
import { memberRoutes } from './members/routes'
import { rehearsalPageRoutes } from './rehearsal/routes'
import { reportPageRoutes } from './report/routes'
import { rulePageRoutes } from './rules/routes'
import { rootRoute, tenantRoute } from './shell/tenant-route'
import { NotFoundPage, RouteError, RoutePending } from './shell/route-states'
import { tailImportPageRoutes } from './tail-import/routes'
import { tenantPageRoutes } from './tenant/routes'
import { userPages, userRoute, userRoutes } from './users/routes'
import { signInTestedRoute, tryConnectionRoute } from './try-connection/routes'

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyPart(() => import('./shell/index-page'), 'IndexPage'),
})

const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/signed-in',
  component: lazyPart(() => import('./session/signed-in-page'), 'SignedInPage'),
})

const signedOutRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/signed-out',
  component: lazyPart(() => import('./session/signed-in-page'), 'SignedOutPage'),
})

const tenantIndexRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: '/',
  component: lazyPart(() => import('./shell/index-page'), 'TenantIndexPage'),
})

const routeTree = rootRoute.addChildren([
  indexRoute,
  signedInRoute,
  signedOutRoute,
  signInTestedRoute,
  tenantRoute.addChildren([
    tenantIndexRoute,
    ...getStartedRoutes,
    ...connectionRoutes,
    connectionRoute.addChildren([...connectionPages, customDatabaseRoute, tryConnectionRoute]),
    ...migrationPageRoutes,
    ...directoryPageRoutes,
    ...decisionPageRoutes,
    ...finishPageRoutes,
    ...rehearsalPageRoutes,
    ...tailImportPageRoutes,
    ...reportPageRoutes,
    ...userRoutes,
    ...applicationRoutes,
    ...apiRoutes,
    ...tenantPageRoutes,
    ...actionPageRoutes,
    ...rulePageRoutes,
    userRoute.addChildren([...userPages]),
    ...memberRoutes,
    ...auditRoutes,
    ...logRoutes,
    ...logStreamRoutes,
    ...emailRoutes,
    ...brandingRoutes,
    ...attackProtectionRoutes,
    ...jobRoutes,
  ]),
])

/** The router of the dashboard. */
export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultErrorComponent: RouteError,
  defaultPendingComponent: RoutePending,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
