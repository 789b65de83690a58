import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { textOf } from '../ui/search-params'

const tailImportRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration/$connection_id/tail-import',
  validateSearch: (search: Record<string, unknown>): { job?: string | undefined } => ({ job: textOf(search['job']) }),
  component: lazyPart(() => import('./tail-import-page'), 'TailImportPage'),
})

/** The pages of the tail import. */
export const tailImportPageRoutes = [tailImportRoute] as const
