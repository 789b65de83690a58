import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'

const directoryRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration/$connection_id/directory',
  component: lazyPart(() => import('./directory-page'), 'DirectoryPage'),
})

/** The pages of the directory of a legacy store. */
export const directoryPageRoutes = [directoryRoute] as const
