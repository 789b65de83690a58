import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { connectionRoute } from '../connections/routes'
import { rootRoute } from '../shell/tenant-route'

/** The page that tries a connection by a sign-in. */
export const tryConnectionRoute = createRoute({
  getParentRoute: () => connectionRoute,
  path: 'try',
  component: lazyPart(() => import('./try-page'), 'TryPage'),
})

/** The page to which a sign-in test returns, in a window of its own. */
export const signInTestedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in-tested',
  component: lazyPart(() => import('./tested-page'), 'SignInTestedPage'),
})
