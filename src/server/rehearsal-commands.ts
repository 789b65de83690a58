import { countText } from '../base/count-text.ts'
import { setTimeout } from 'node:timers/promises'
import { defined } from '../base/defined.ts'
import { openScript, type Connection } from '../connections/connection.ts'
import type { Rehearsal } from '../contract/rehearsal.ts'
import { writeDecisionFile } from '../migration/decisions/decision-file.ts'
import { loadDecisions } from '../migration/decisions/load-decisions.ts'
import { readRehearsal, startRehearsal } from '../migration/rehearsal/manage-rehearsals.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { CommandDeps } from './command-deps.ts'
import type { CommandOptions, CommandOutput } from './command-options.ts'
import { indexHint } from './index-hint.ts'
import { recordCommand } from './record-command.ts'
import {
  connectionNamed,
  countOption,
  refuse,
  requireOption,
  tenantNamed,
  type StoreCommand,
  type Upload,
} from './store-command.ts'

const rate_max = 1000
const users_max = 1_000_000_000_000
const poll_ms = 2000
// A look-up by an index takes a few milliseconds, and those of a rehearsal share connections.
const slow_from_ms = 300
const decider = 'wherry command'

/** The rate of `--rate`, which may have decimals. */
function readRate(text: string | undefined): number {
  const rate = Number(requireOption(text, '--rate'))
  return rate >= 0.1 && rate <= rate_max
    ? rate
    : refuse(`--rate must be a number of calls per second from 0.1 to ${rate_max}; it is "${text ?? ''}".`)
}

const byCount = (counts: Record<string, number | undefined>): [string, number][] =>
  Object.entries(counts)
    .map(([name, count]): [string, number] => [name, count ?? 0])
    .toSorted(([, one], [, other]) => other - one)

function listLine(title: string, counts: Record<string, number | undefined>): string[] {
  const listed = byCount(counts)
  return listed.length === 0
    ? []
    : [`${title}: ${listed.map(([name, count]) => `${name} ${countText(count)}`).join(', ')}`]
}

/** The report of a rehearsal as text. `source`: that of `get_user`. */
function reportLines(report: Rehearsal, source: string | undefined): string[] {
  const { status, rehearsed, users, calls, calls_per_second, held_calls_per_second, latency_ms, paused_s, changes } =
    report
  const { p50 = 0, p95 = 0, p99 = 0, max = 0 } = latency_ms
  const changed = Object.entries(changes).flatMap(([before, now]) =>
    Object.entries(now).map(([after, count]) => `  ${before} → ${after}: ${countText(count)}`),
  )
  return [
    `The rehearsal ${report.id} is ${status}: ${countText(rehearsed)} of ${countText(users)} users.`,
    ...byCount(report.outcomes).map(([outcome, count]) => `  ${outcome}: ${countText(count)}`),
    ...listLine('Refused profiles by field', report.refused_fields),
    ...listLine('Not stored', report.dropped),
    ...listLine('Cut', report.cut),
    ...listLine('Converted', report.converted),
    ...listLine('Password hashes', report.hash_forms),
    `${countText(calls)} calls, ${held_calls_per_second ?? 0} per second of the ${calls_per_second} asked for; p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, longest ${max} ms; ${paused_s} s paused`,
    ...indexHint(source, { took_ms: p50, slow_from_ms, took: 'Half of the calls' }),
    ...(changed.length === 0 ? [] : ['Changed since the rehearsal before:', ...changed]),
  ]
}

/** Reports the progress of a rehearsal, and its report at the end. */
async function* followRehearsal(
  { db, sealer }: CommandDeps,
  connection: Connection,
  id: string,
  { as_json, signal }: { as_json: boolean; signal: AbortSignal },
): AsyncGenerator<string> {
  let before = -1
  while (!signal.aborted) {
    const report = await readRehearsal(db, connection, id)
    if (report.status !== 'pending' && report.status !== 'processing') {
      yield as_json
        ? JSON.stringify(report, null, 2)
        : reportLines(report, openScript(sealer, connection, 'get_user')).join('\n')
      return
    }
    if (!as_json && report.rehearsed !== before) {
      yield `${countText(report.rehearsed)} of ${countText(report.users)} users`
    }
    before = report.rehearsed
    await setTimeout(poll_ms, undefined, { signal }).catch(() => undefined)
  }
}

/** Runs a command on the connection of `--connection`. */
function onConnection(
  { connection: name, tenant }: CommandOptions,
  run: (deps: CommandDeps, connection: Connection, tenant: Tenant, upload?: Upload) => Promise<CommandOutput>,
): ReturnType<StoreCommand> {
  const wanted = requireOption(name, '--connection')
  return async (deps, upload) => {
    const of_command = await tenantNamed(deps.db, tenant)
    return await run(deps, await connectionNamed(deps.db, of_command, wanted), of_command, upload)
  }
}

/** The pieces of a file of lines, each without its last line feed, which the command prints. */
async function* linesOf(content: AsyncIterable<Buffer>): AsyncGenerator<string> {
  for await (const piece of content) yield piece.toString().replace(/\n$/, '')
}

/** The commands for rehearsals and decisions, by name. */
export const rehearsal_commands = {
  rehearse: (options) => {
    const calls_per_second = readRate(options.rate)
    const sample = countOption(options.sample, '--sample', { most: users_max })
    return onConnection(options, async (deps, connection, tenant) => {
      if (!deps.in_server) return refuse('A rehearsal runs in a server, and none runs: start it first.')
      const { jobs } = deps.modules()
      const started = await startRehearsal({ ...deps, jobs }, tenant, connection, {
        calls_per_second,
        ...defined({ sample }),
      })
      await recordCommand(deps, tenant, 'rehearse', undefined, { connection: connection.name, ...started })
      const as_json = options.json === true
      return {
        stdout: as_json ? '' : `The rehearsal ${started.id} has begun. It goes on where this command ends.`,
        follow: (signal) => followRehearsal(deps, connection, started.id, { as_json, signal }),
      }
    })
  },

  'decisions export': (options) =>
    onConnection(options, async ({ db }, connection) => ({
      stdout: '',
      follow: () => linesOf(writeDecisionFile(db, connection, { is_decided: options.decided === true })),
    })),

  'decisions load': (options) =>
    onConnection(options, async (deps, connection, tenant, upload) => {
      if (!upload) return refuse('Please give --file.')
      const { rows, decided, left_open } = await loadDecisions(deps, connection, upload(), decider)
      await recordCommand(deps, tenant, 'decisions load', undefined, { connection: connection.name, rows, decided })
      if (options.json === true) return { stdout: JSON.stringify({ rows, decided, left_open }, null, 2) }
      const kinds = byCount(decided).filter(([, count]) => count > 0)
      const made = kinds.length === 0 ? 'none' : kinds.map(([kind, count]) => `${kind} ${countText(count)}`).join(', ')
      return { stdout: `${countText(rows)} rows. Decisions: ${made}. Without a decision: ${countText(left_open)}.` }
    }),
} satisfies Record<string, StoreCommand>
