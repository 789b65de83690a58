import type { command_options } from './store-commands.ts'

type OptionName = keyof typeof command_options

/** The options of each command. */
export const options_of_command: Readonly<Record<string, readonly OptionName[]>> = {
  serve: [],
  'dev-cert': ['folder', 'host'],
  'tenants list': [],
  'tenants create': ['name', 'domain', 'plan'],
  'tenants plan': ['tenant', 'plan'],
  'admin-link': ['tenant'],
  'management-client create': ['tenant'],
  'management-client reset': ['client', 'tenant'],
  'templates list': [],
  'templates print': ['template', 'name', 'settings', 'client'],
  'templates apply': ['template', 'name', 'settings', 'client', 'tenant'],
  'keys rotate': ['tenant'],
}

/** Why a command line cannot be run: an option that the command does not have. Undefined where it has all of them. */
export function optionProblem(command: string, given: readonly string[]): string | undefined {
  const known: readonly string[] = options_of_command[command] ?? []
  const unknown = given.find((option) => !known.includes(option))
  if (unknown === undefined) return undefined
  const has = known.length === 0 ? 'It has none.' : `It has: ${known.map((option) => `--${option}`).join(', ')}.`
  return `"${command}" has no option --${unknown}. ${has}`
}
