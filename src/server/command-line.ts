import { existsSync, readFileSync } from 'node:fs'
import { parseArgs, parseEnv } from 'node:util'
import { suggestName } from '../base/suggest-name.ts'
import { ConfigError } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import { DataDirectoryHeld } from '../store/sqlite.ts'
import { SchemaTooNew } from '../store/migrate-schema.ts'
import { StoreUnusable } from '../store/store-unusable.ts'
import { commands, help, usage } from './commands.ts'
import { SealingKeyError } from './sealing-key.ts'

function environment(): Record<string, string | undefined> {
  const from_file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
  return { ...from_file, ...process.env }
}

function explain(error: unknown): string | undefined {
  const known = [ConfigError, DataDirectoryHeld, SchemaTooNew, StoreUnusable, SealingKeyError, Refusal]
  if (known.some((kind) => error instanceof kind)) return (error as Error).message
  if (!(error instanceof Error) || !('code' in error)) return undefined
  switch (error.code) {
    case 'EADDRINUSE':
      return `The address is in use already: ${error.message}. Stop what listens there, or set WHERRY_PORT to another port.`
    case 'EACCES':
      return `${error.message}. Check WHERRY_HOST, WHERRY_PORT and who may write to WHERRY_DATA_DIR.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${error.message}. Check WHERRY_HOST and WHERRY_PORT.`
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EROFS':
    case 'ENOSPC':
      return `${error.message}. Check WHERRY_DATA_DIR.`
    default:
      return undefined
  }
}

/** Printed after an error: short enough that the reason stays visible. */
const shortHelp = `${usage}\n\nAll commands, options and settings: npm run -s wherry -- --help`

function readCommandLine() {
  return parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
      name: { type: 'string' },
      domain: { type: 'string' },
      plan: { type: 'string' },
      tenant: { type: 'string' },
      folder: { type: 'string' },
      host: { type: 'string', multiple: true },
      template: { type: 'string' },
      settings: { type: 'string' },
      client: { type: 'string' },
    },
  })
}

/** Which command may be meant: one that is spelled like `name`, or those that begin with its first word. */
function commandHint(name: string): string {
  const meant = suggestName(name, Object.keys(commands))
  if (meant !== undefined) return ` Did you mean "${meant}"?`
  const [first = ''] = name.split(' ')
  const begun = Object.keys(commands).filter((known) => known.startsWith(`${first} `))
  return begun.length > 0 ? ` There are: ${begun.join(', ')}.` : ''
}

async function main(): Promise<number> {
  let line: ReturnType<typeof readCommandLine>
  try {
    line = readCommandLine()
  } catch (error) {
    // Node adds advice on positional arguments after the first sentence.
    const [reason] = String(error instanceof Error ? error.message : error).split('. To specify')
    console.error(`${reason}.\n\n${shortHelp}`)
    return 2
  }
  const { values, positionals } = line
  if (values.version === true) {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    console.log(manifest.version)
    return 0
  }
  const name = positionals.join(' ')
  if (values.help === true || name === 'help' || name === '') {
    console.log(help)
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    console.error(`There is no command "${name}".${commandHint(name)}\n\n${shortHelp}`)
    return 2
  }
  return await command(environment(), values)
}

/** Runs the command that the process was started with, and answers its exit status. Errors are printed with a clear message. */
export async function runCommandLine(): Promise<number> {
  try {
    return await main()
  } catch (error) {
    console.error(explain(error) ?? error)
    return 1
  }
}
