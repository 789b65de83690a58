import { script_arguments } from 'virtual:contract'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'

/** The action scripts, in the order of their tabs. */
export const script_names = Object.keys(script_arguments) as ScriptName[]

/** What is shown below the editor. */
export const panels = ['try', 'versions', 'log'] as const

/** What is shown below the editor. */
export type Panel = (typeof panels)[number]
