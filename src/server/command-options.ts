import type { parseArgs, ParseArgsOptionsConfig } from 'node:util'

/** The options of all commands, as `parseArgs` reads them. */
export const command_options = {
  name: { type: 'string' },
  domain: { type: 'string' },
  plan: { type: 'string' },
  tenant: { type: 'string' },
  folder: { type: 'string' },
  file: { type: 'string' },
  host: { type: 'string', multiple: true },
  template: { type: 'string' },
  settings: { type: 'string' },
  client: { type: 'string' },
  mode: { type: 'string' },
  connection: { type: 'string' },
  script: { type: 'string' },
  argument: { type: 'string', multiple: true },
  source: { type: 'string' },
  'allow-writes': { type: 'boolean' },
  to: { type: 'string' },
  json: { type: 'boolean' },
  errors: { type: 'boolean' },
  lines: { type: 'string' },
  follow: { type: 'boolean' },
  'known-user': { type: 'string' },
  write: { type: 'string' },
  'export-password-hashes': { type: 'boolean' },
  query: { type: 'string' },
  user: { type: 'string' },
  limit: { type: 'string' },
  yes: { type: 'boolean' },
  'local-only': { type: 'boolean' },
  upsert: { type: 'boolean' },
  'external-id': { type: 'string' },
  job: { type: 'string' },
  format: { type: 'string' },
  fields: { type: 'string' },
  'include-password-hashes': { type: 'boolean' },
  'error-file': { type: 'string' },
  watch: { type: 'boolean' },
  'list-users': { type: 'boolean' },
  'format-options': { type: 'string' },
  'gone-limit': { type: 'string' },
  load: { type: 'string' },
  rows: { type: 'string' },
  gone: { type: 'string' },
  step: { type: 'string' },
  confirm: { type: 'string' },
  duration: { type: 'string' },
  accept: { type: 'string', multiple: true },
  'read-outbox': { type: 'boolean' },
  operator: { type: 'boolean' },
  rate: { type: 'string' },
  sample: { type: 'string' },
  decided: { type: 'boolean' },
  record: { type: 'string' },
  'legacy-profile': { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig

/** Options of the command line. */
export type CommandOptions = ReturnType<typeof parseArgs<{ options: typeof command_options }>>['values'] & {
  /** The content of the file of `settings`: the server may run in another directory. */
  settings_json?: string
  /** A `TryChoice`: the arguments are read where the command is typed. */
  try_json?: string
  /** A `ProposeChoice`: the settings and a password are read where the command is typed. */
  propose_json?: string
}

/**
 * The output of a command. `follow`: what it prints afterwards, until the signal. `content`: the bytes of a file, which is written where the
 * command is typed.
 */
export type CommandOutput = {
  stdout: string
  stderr?: string
  /** The exit status; 0 where it is absent. */
  status?: number
  follow?: (signal: AbortSignal) => AsyncIterable<string>
  content?: AsyncIterable<Uint8Array>
}
