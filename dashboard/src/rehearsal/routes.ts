import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { textOf } from '../ui/search-params'

const rehearsalRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'migration/$connection_id/rehearsal',
  validateSearch: (search: Record<string, unknown>): { shown?: string | undefined } => ({
    shown: textOf(search['shown']),
  }),
  component: lazyPart(() => import('./rehearsal-page'), 'RehearsalPage'),
})

/** The pages of rehearsals. */
export const rehearsalPageRoutes = [rehearsalRoute] as const
