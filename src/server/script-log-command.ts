import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '../connections/connection.ts'
import type { ScriptLogLine } from '../contract/script-log.ts'
import { followScriptLogs } from '../logs/follow-script-logs.ts'
import { listScriptLogs } from '../logs/list-script-logs.ts'
import type { ScriptCallLog } from '../logs/script-call-log.ts'
import type { ScriptLogWriter } from '../logs/script-log-writer.ts'
import type { Db } from '../store/tables.ts'
import { printable } from './printable.ts'

/** The most lines that the command prints before it follows. */
export const script_log_lines_max = 1000

const poll_ms = 1000

/** Which lines of the script log are printed, and how. */
export type ScriptLogChoice = { script?: string; level?: 'error'; lines: number; as_json: boolean }

type ScriptLogDeps = {
  db: Db
  script_log: Pick<ScriptLogWriter, 'flush'>
  script_calls: Pick<ScriptCallLog, 'flush'>
}

function describeLine({ at, script, version, level, text, call_id }: ScriptLogLine): string {
  const name = version === undefined ? script : `${script} v${version}`
  return [at, level.padEnd(5), name, printable(text), call_id].filter((part) => part !== '').join('  ')
}

const shown = (lines: readonly ScriptLogLine[], as_json: boolean): string =>
  lines.map((line) => (as_json ? JSON.stringify(line) : describeLine(line))).join('\n')

/** The newest lines of the script log of a connection, oldest first, and a function that follows with those that come after them. */
export async function readScriptLog(deps: ScriptLogDeps, connection: Connection, choice: ScriptLogChoice) {
  const { tenant_id, connection_id } = connection
  const { lines: take, as_json, ...filter } = choice
  await deps.script_calls.flush()
  await deps.script_log.flush()
  const { items } = await listScriptLogs(deps.db, tenant_id, connection_id, filter, { take })
  const [newest] = items

  async function* follow(signal: AbortSignal): AsyncGenerator<string> {
    const poll = followScriptLogs(deps.db, connection, newest === undefined ? filter : { ...filter, from: newest.id })
    while (!signal.aborted) {
      // A line of a call that ended is stored later than those of its console.
      await deps.script_calls.flush()
      await deps.script_log.flush()
      const lines = await poll()
      if (lines.length > 0) yield shown(lines, as_json)
      await sleep(poll_ms, undefined, { signal }).catch(() => undefined)
    }
  }
  return { text: shown(items.toReversed(), as_json), follow }
}
