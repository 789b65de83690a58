import { existsSync, readFileSync } from 'node:fs'
import { parseArgs, parseEnv } from 'node:util'
import { suggestName } from '../base/suggest-name.ts'
import { ConfigError } from '../config/config.ts'
import { settings } from '../config/settings.ts'
import { Refusal } from '../contract/refusal.ts'
import { DataDirectoryHeld } from '../store/data-directory-lock.ts'
import { SandboxMissing } from '../sandbox/deno-file.ts'
import { SchemaTooNew } from '../store/migrate-schema.ts'
import { storeProblemOf } from '../store/store-problem.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import { StoreUnusable } from '../store/store-unusable.ts'
import { CommandFailed } from './command-client.ts'
import { commandHelp, optionProblem } from './command-guides.ts'
import { commands, help, usage } from './commands.ts'
import { OutputLost, standard_output } from './print-line.ts'
import { program_call } from './program-call.ts'
import { SealingKeyError } from './sealing-key.ts'
import { command_options } from './command-options.ts'

/** Warns of variables in the `.env` file that are not settings. Those that begin with WHERRY_ are errors, which `readConfig` reports. */
function warnOfUnknown(names: readonly string[]): void {
  const known = Object.keys(settings)
  for (const name of names.filter((each) => !known.includes(each) && !each.startsWith('WHERRY_'))) {
    const meant = suggestName(name, known)
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
    console.error(`.env: ${name} is not a setting of Wherry and is ignored.${hint}`)
  }
}

function environment(): Record<string, string | undefined> {
  const from_file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
  warnOfUnknown(Object.keys(from_file))
  return { ...from_file, ...process.env }
}

const store_problems = {
  disk_full: 'The disk of the store is full',
  read_only: 'The store permits reading only',
  unavailable: 'The store cannot be reached, read or written',
} as const

/** What is wrong with the store, with the message of its driver. */
function explainStore(error: StoreUnavailable): string {
  const { cause } = error
  const reason = cause instanceof Error ? ` (${cause.message})` : ''
  return `${store_problems[storeProblemOf(error)]}${reason}: see WHERRY_DATA_DIR or DATABASE_URL.`
}

function explain(error: unknown): string | undefined {
  if (error instanceof StoreUnavailable) return explainStore(error)
  const known = [
    CommandFailed,
    ConfigError,
    DataDirectoryHeld,
    OutputLost,
    SchemaTooNew,
    StoreUnusable,
    SealingKeyError,
    SandboxMissing,
    Refusal,
  ]
  if (known.some((kind) => error instanceof kind)) return (error as Error).message
  if (!(error instanceof Error) || !('code' in error)) return undefined
  switch (error.code) {
    case 'EADDRINUSE':
      return `The address is in use already: ${error.message}. Stop the program that listens on it, or set another port: WHERRY_PORT for the server, WHERRY_ADMIN_URL for the address of admins.`
    case 'EACCES':
      return `${error.message}. Check WHERRY_HOST, WHERRY_PORT and who may write to WHERRY_DATA_DIR.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${error.message}. Check WHERRY_HOST and WHERRY_PORT.`
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
    case 'EPERM':
    case 'EROFS':
    case 'ENOSPC':
      return `${error.message}. Check WHERRY_DATA_DIR.`
    default:
      return undefined
  }
}

/** The help that is printed after an error: short, so that the error stays visible. */
const short_help = `${usage}\n\nAll commands, options and settings: ${program_call} --help`

function readCommandLine(args: readonly string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' }, ...command_options },
  })
}

/** A suggestion for an option that no command has, which `parseArgs` names in quotes. */
function optionHint(reason: string): string {
  const unknown = /^Unknown option '--([^'=]+)/.exec(reason)?.[1]
  const meant = unknown === undefined ? undefined : suggestName(unknown, Object.keys(command_options))
  return meant === undefined ? '' : ` Did you mean --${meant}?`
}

/** A suggestion for an unknown command: the command with a similar name, or all commands with the same first word. */
function commandHint(name: string): string {
  const suggestion = suggestName(name, Object.keys(commands))
  if (suggestion !== undefined) return ` Did you mean "${suggestion}"?`
  const [first = ''] = name.split(' ')
  const same_first_word = Object.keys(commands).filter((known) => known.startsWith(`${first} `))
  return same_first_word.length > 0 ? ` There are: ${same_first_word.join(', ')}.` : ''
}

async function main(args: readonly string[], env: () => Record<string, string | undefined>): Promise<number> {
  let line: ReturnType<typeof readCommandLine>
  try {
    line = readCommandLine(args)
  } catch (error) {
    // The text after the first sentence is Node's advice on positional arguments.
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('. To specify')
    console.error(`${reason}.${optionHint(reason)}\n\n${short_help}`)
    return 2
  }
  const { values, positionals } = line
  if (values.version === true) {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    standard_output.printLine(manifest.version)
    return 0
  }
  const asks_for_help = values.help === true || positionals[0] === 'help'
  const name = (positionals[0] === 'help' ? positionals.slice(1) : positionals).join(' ')
  if (name === '') {
    standard_output.printLine(help)
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    console.error(`There is no command "${name}".${commandHint(name)}\n\n${short_help}`)
    return 2
  }
  if (asks_for_help) {
    standard_output.printLine(commandHelp(name, program_call))
    return 0
  }
  const problem = optionProblem(name, Object.keys(values))
  if (problem !== undefined) {
    console.error(`${problem}\n\n${short_help}`)
    return 2
  }
  return await command(env(), values)
}

/**
 * Runs the command of these arguments and returns the exit status. Expected errors are printed as a message without a stack.
 *
 * @param args default: those of the process
 * @param env the settings; default: the variables of the process and those of `.env`
 */
export async function runCommandLine(args = process.argv.slice(2), env = environment): Promise<number> {
  try {
    return await main(args, env)
  } catch (error) {
    console.error(explain(error) ?? error)
    return 1
  }
}
