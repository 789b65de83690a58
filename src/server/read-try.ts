import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { isJsonObject, type JsonValue } from '../base/json.ts'
import { script_arguments, type ScriptName } from '../contract/action-scripts.ts'
import { Refusal } from '../contract/refusal.ts'

/** The script that a command tries: its arguments, and the source of a draft. */
export type TryChoice = { script: ScriptName; args: JsonValue[]; source?: string }

const refuse = (message: string): never => {
  throw new Refusal('invalid_request', { message })
}

/** Reads a secret: asks for it at the terminal, without showing what is typed; elsewhere the whole standard input is the secret. */
export async function readSecret(name: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, '')
  process.stderr.write(`${name}: `)
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: hidden, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}

// The parser's message would quote the input, which has a password.
function parseUser(given: string): JsonValue {
  try {
    const user: unknown = JSON.parse(given)
    if (isJsonObject(user)) return user
  } catch {
    // Refused below.
  }
  return refuse('The standard input must be the user as a JSON object.')
}

const readers: Readonly<Record<string, (given: string) => JsonValue>> = {
  user: parseUser,
  password: (given) => given,
  new_password: (given) => given,
}

function readSource(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return refuse(`--source ${file} cannot be read (${code}).`)
  }
}

/**
 * Reads the arguments of a script: passwords and users from the terminal or the standard input, the others from the command line, where
 * other programs of the machine can read them.
 *
 * @throws {Refusal} where arguments are missing, or more than the script takes
 */
export async function readTry(
  script: ScriptName,
  given: readonly string[],
  source_file: string | undefined,
): Promise<TryChoice> {
  const names = script_arguments[script]
  const open_names = names.filter((name) => readers[name] === undefined)
  const is_first_page = script === 'list_users' && given.length === 0
  if (given.length !== open_names.length && !is_first_page) {
    const listed = open_names.length === 0 ? 'no --argument' : `--argument for: ${open_names.join(', ')}`
    refuse(`${script} takes ${listed}. Passwords and users are read from the standard input.`)
  }
  const source = source_file === undefined ? undefined : readSource(source_file)
  const left = [...given]
  const args: JsonValue[] = []
  for (const name of names) {
    const read = readers[name]
    if (read) args.push(read(await readSecret(name)))
    else if (is_first_page) args.push(null)
    else {
      const argument = left.shift() ?? ''
      args.push(name === 'verified' ? argument === 'true' : argument)
    }
  }
  return { script, args, ...(source === undefined ? {} : { source }) }
}
