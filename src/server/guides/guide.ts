/** Guides: what `--help` says of each command, by topic. They run nothing. */
import type { command_options } from '../command-options.ts'

type OptionName = keyof typeof command_options

/** An option of a command. `value`: the placeholder of its value; a flag has none. */
export type GuideOption = { value?: string; required?: boolean; repeated?: boolean; meaning: string }

/** What `--help` says of a command. `notes`: what a user of it has to know, printed by the help of the command only. */
export type CommandGuide = {
  summary: string
  options: Partial<Record<OptionName, GuideOption>>
  notes?: string
  example: string
}

/** The guides of commands by the name of the command. */
export type CommandGuides = Readonly<Record<string, CommandGuide>>

/** The option of commands that work on one tenant. */
export const of_tenant: GuideOption = { value: 'N', meaning: 'name of the tenant; default: the default tenant' }

/** The option of commands that work on the users of one tenant, or on the admins. */
export const of_tenant_or_admins: GuideOption = {
  value: 'N',
  meaning: "name of the tenant; default: the default tenant; '$system': the admins",
}

/** The option of commands that can print JSON. */
export const as_json: GuideOption = { meaning: 'print JSON' }
