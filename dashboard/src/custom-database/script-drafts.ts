import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import { useDrafts, type Draft, type Drafts } from '../scripting/drafts'

/** A changed script of a connection. */
export type ScriptDraft = Draft<number>

/** The drafts of a connection's scripts. */
export type ScriptDrafts = Drafts<ScriptName, number>

/** The drafts of a connection's scripts: of the admin who is signed in, in this tab. */
export const useScriptDrafts = (connection_id: string): ScriptDrafts => useDrafts(connection_id)
