import { existsSync, readFileSync } from 'node:fs'
import { parseArgs, parseEnv } from 'node:util'
import { ConfigError } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import { DataDirectoryHeld } from '../store/sqlite.ts'
import { SchemaTooNew } from '../store/migrate-schema.ts'
import { commands, help } from './commands.ts'
import { SealingKeyError } from './sealing-key.ts'

function environment(): Record<string, string | undefined> {
  const from_file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
  return { ...from_file, ...process.env }
}

function explain(error: unknown): string | undefined {
  const known = [ConfigError, DataDirectoryHeld, SchemaTooNew, SealingKeyError, Refusal]
  if (known.some((kind) => error instanceof kind)) return (error as Error).message
  if (!(error instanceof Error) || !('code' in error)) return undefined
  switch (error.code) {
    case 'EADDRINUSE':
      return `The address is in use already: ${error.message}. Stop what listens there, or set WHERRY_PORT to another port.`
    case 'EACCES':
    case 'EADDRNOTAVAIL':
    case 'ENOENT':
      return `${error.message}. Check WHERRY_HOST, WHERRY_PORT, WHERRY_DATA_DIR and the TLS files.`
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case '28P01':
    case '3D000':
      return `PostgreSQL at DATABASE_URL cannot be used: ${error.message || String(error.code)}.`
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return `${error.message}\n\n${help}`
    default:
      return undefined
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
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
  const command = commands[name]
  if (!command) {
    console.error(`There is no command "${name}".\n\n${help}`)
    return 2
  }
  return await command(environment(), values)
}

// A script that could signal this process must not open its inspector.
process.on('SIGUSR1', () => undefined)

try {
  process.exitCode = await main()
} catch (error) {
  const said = explain(error)
  console.error(said ?? error)
  process.exitCode = 1
}
