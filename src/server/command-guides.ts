import { suggestName } from '../base/suggest-name.ts'
import type { CommandGuide, CommandGuides, GuideOption } from './guides/guide.ts'
import { migration_guides } from './guides/migrations.ts'
import { operation_guides } from './guides/operation.ts'
import { script_guides } from './guides/scripts.ts'
import { tenant_guides } from './guides/tenants.ts'
import { user_guides } from './guides/users.ts'

/** The commands by topic, in the order in which `--help` lists them. */
const topics: readonly (readonly [string, CommandGuides])[] = [
  ['Server and store', operation_guides],
  ['Users, imports and exports', user_guides],
  ['Migrations', migration_guides],
  ['Script templates and action scripts', script_guides],
  ['Tenants, admins and keys', tenant_guides],
]

/** The guide of each command. */
export const command_guides: CommandGuides = Object.fromEntries(topics.flatMap(([, guides]) => Object.entries(guides)))

function optionUsage([name, { value, required, repeated }]: [string, GuideOption]): string {
  const usage = `--${name}${value === undefined ? '' : ` ${value}`}${repeated === true ? ' …' : ''}`
  return required === true ? usage : `[${usage}]`
}

function commandUsage(name: string): string {
  return [name, ...Object.entries(command_guides[name]?.options ?? {}).map(optionUsage)].join(' ')
}

/** Lists the commands by topic with their options and summaries. */
export function commandList(): string {
  return topics
    .map(([title, guides]) => {
      const commands = Object.entries(guides).map(([name, { summary }]) => `  ${commandUsage(name)}\n      ${summary}`)
      return `${title}\n${commands.join('\n')}`
    })
    .join('\n\n')
}

/** The help of one command: usage, options and an example. `prefix` is how the program is called. */
export function commandHelp(name: string, prefix: string): string {
  const { summary = '', options = {}, notes, example = '' }: Partial<CommandGuide> = command_guides[name] ?? {}
  const lines = Object.entries(options).map(
    ([option, { value, required, repeated, meaning }]) =>
      `  --${option}${value === undefined ? '' : ` ${value}`}  ${meaning}${required === true ? ' (required)' : ''}${repeated === true ? ' (may be repeated)' : ''}`,
  )
  return [
    `${summary}\n\nUsage: ${prefix} ${commandUsage(name)}`,
    ...(lines.length > 0 ? [`Options\n${lines.join('\n')}`] : []),
    ...(notes === undefined ? [] : [notes]),
    `Example\n  ${prefix} ${example}`,
  ].join('\n\n')
}

/** Why a command line cannot be run: an option that the command does not have. Undefined where it has all of them. */
export function optionProblem(command: string, given: readonly string[]): string | undefined {
  const known = Object.keys(command_guides[command]?.options ?? {})
  const unknown = given.find((option) => !known.includes(option))
  if (unknown === undefined) return undefined
  const meant = suggestName(unknown, known)
  const has = known.length === 0 ? 'It has none.' : `It has: ${known.map((option) => `--${option}`).join(', ')}.`
  return `"${command}" has no option --${unknown}. ${meant === undefined ? has : `Did you mean --${meant}?`}`
}
