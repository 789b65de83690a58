import { createRoute } from '@tanstack/react-router'
import { lazyPart } from '../ui/lazy-part'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import { connectionRoute } from '../connections/routes'
import { choiceOf, textOf } from '../ui/search-params'
import { panels, script_names, type Panel } from './search'

/** What the address of the page says: the script, the panel below it, the call whose lines are shown, and whether the connect assistant is open. */
type Search = { script?: ScriptName; panel?: Panel; call?: string; start?: 'assistant' }

/** The page of a connection's scripts. */
export const customDatabaseRoute = createRoute({
  getParentRoute: () => connectionRoute,
  path: 'custom-database',
  validateSearch: (search: Record<string, unknown>): Search => ({
    script: choiceOf(script_names, search['script']),
    panel: choiceOf(panels, search['panel']),
    call: textOf(search['call']),
    start: choiceOf(['assistant'] as const, search['start']),
  }),
  component: lazyPart(() => import('./custom-database-page'), 'CustomDatabasePage'),
})
