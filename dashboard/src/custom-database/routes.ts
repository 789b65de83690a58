import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import { connectionRoute } from '../connections/routes'
import { choiceOf, textOf } from '../ui/search-params'
import { panels, script_names, type Panel } from './search'

/** What the address of the page says: the script, the panel below it, and the call whose lines are shown. */
type Search = { script?: ScriptName; panel?: Panel; call?: string }

/** The page of a connection's scripts. */
export const customDatabaseRoute = createRoute({
  getParentRoute: () => connectionRoute,
  path: 'custom-database',
  validateSearch: (search: Record<string, unknown>): Search => ({
    script: choiceOf(script_names, search['script']),
    panel: choiceOf(panels, search['panel']),
    call: textOf(search['call']),
  }),
  component: lazyRouteComponent(() => import('./custom-database-page'), 'CustomDatabasePage'),
})
