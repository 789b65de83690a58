import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import { tenantRoute } from '../shell/tenant-route'
import { choiceOf, textOf } from '../ui/search-params'
import { panels, statuses, type Panel, type Status } from './search'

type LibrarySearch = { q?: string; trigger?: string; status?: Status }

const libraryRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'actions',
  validateSearch: (search: Record<string, unknown>): LibrarySearch => ({
    q: textOf(search['q']),
    trigger: textOf(search['trigger']),
    status: choiceOf(statuses, search['status']),
  }),
  component: lazyPart(() => import('./library-page'), 'LibraryPage'),
})

const actionRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'actions/$action_id',
  validateSearch: (search: Record<string, unknown>): { panel?: Panel } => ({
    panel: choiceOf(panels, search['panel']),
  }),
  component: lazyPart(() => import('./action-page'), 'ActionPage'),
})

const triggersRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'actions/triggers',
  component: lazyPart(() => import('./triggers-page'), 'TriggersPage'),
})

const triggerRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: 'actions/triggers/$trigger',
  component: lazyPart(() => import('./trigger-page'), 'TriggerPage'),
})

/** The pages of actions. */
export const actionPageRoutes = [libraryRoute, actionRoute, triggersRoute, triggerRoute] as const
