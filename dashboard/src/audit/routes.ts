import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { textOf } from '../ui/search-params'

const auditRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'audit',
  validateSearch: (search: Record<string, unknown>): { q?: string } => ({ q: textOf(search['q']) }),
  component: lazyPart(() => import('./audit-page'), 'AuditPage'),
})

const changeRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'audit/$log_id',
  component: lazyPart(() => import('./change-page'), 'ChangePage'),
})

/** The pages of the changes that admins and clients made. */
export const auditRoutes = [auditRoute, changeRoute] as const
