import { counted, countText } from '../base/count-text.ts'
import { defined } from '../base/defined.ts'
import { connectionById, type Connection } from '../connections/connection.ts'
import { finishSteps, type FinishStep } from '../contract/finish-steps.ts'
import type { Finish, Preflight, PreflightReason, StartFinish } from '../contract/finish.ts'
import { Refusal } from '../contract/refusal.ts'
import { describeFinish } from '../migration/finish/describe-finish.ts'
import { readPreflight } from '../migration/finish/preflight.ts'
import { rollBackFinish } from '../migration/finish/roll-back-finish.ts'
import { startFinishStep } from '../migration/finish/start-finish-step.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { CommandDeps } from './command-deps.ts'
import type { CommandOptions, CommandOutput } from './command-options.ts'
import { recordCommand } from './record-command.ts'
import { connectionNamed, countOption, refuse, requireOption, tenantNamed, type StoreCommand } from './store-command.ts'

const watch_max_s = 7_776_000

function readStep(text: string | undefined): FinishStep {
  const step = requireOption(text, '--step')
  return finishSteps.find((known) => known === step) ?? refuse(`--step must be one of ${finishSteps.join(', ')}.`)
}

const accepted_names = ['latecomers', 'unknown_identifiers', 'other_programs'] as const

/** The numbers of `--accept`, each as `latecomers=20`. */
function readAccepted(texts: readonly string[] | undefined): StartFinish['accept'] {
  const accepted = (texts ?? []).map((text) => {
    const [given = '', number = ''] = text.split('=')
    const name = accepted_names.find((known) => known === given.trim())
    if (name === 'unknown_identifiers' && number.trim() === 'any') return [name, null]
    if (name === undefined || !/^\d{1,15}$/.test(number.trim()))
      return refuse(
        `--accept is one of ${accepted_names.join(', ')} with a number, such as latecomers=20, or unknown_identifiers=any; it is "${text}".`,
      )
    return [name, Number(number)]
  })
  return accepted.length === 0 ? undefined : (Object.fromEntries(accepted) as StartFinish['accept'])
}

/** What is not known has no number. */
const without_number = new Set(['no_directory', 'not_sampled'])

const listed = (counts: [string, number][]): string =>
  counts.flatMap(([name, count]) => (count === 0 ? [] : [`${name} ${countText(count)}`])).join(', ')

function reasonLines({ reason, count, meaning, by_state = {}, by_last_activity = [] }: PreflightReason): string[] {
  const states = listed(Object.entries(by_state))
  const activity = listed(by_last_activity.map((group) => [group.within, group.count]))
  return [
    without_number.has(reason) ? `${reason}. ${meaning}` : `${reason}: ${countText(count)}. ${meaning}`,
    ...(states === '' ? [] : [`  by state: ${states}`]),
    ...(activity === '' ? [] : [`  in the directory, by last activity: ${activity}`]),
  ]
}

function preflightLines({ connection, migrated, known, reasons }: Preflight): string[] {
  return [
    `${connection}: ${countText(migrated)} of ${countText(known)} known people have moved.`,
    ...reasons.flatMap(reasonLines),
    ...(reasons.length === 0 ? ['There is no reason to wait.'] : []),
  ]
}

function finishLines(finish: Finish): string[] {
  const { connection, step, state, error, next, steps, watch, latecomers, rollback, wiped = [], kept = [] } = finish
  const coming = steps.find((each) => each.step === next)
  return [
    step === null ? `${connection}: the finish was not started.` : `${connection}: the step ${step} is ${state}.`,
    ...(error === undefined ? [] : [`Error: ${error}`]),
    ...(watch
      ? [
          `Watch until ${watch.until}: ${counted(watch.latecomers, 'latecomer')}, ${counted(watch.unknown_identifiers, 'login')} with unknown identifiers, ${watch.other_programs === null ? 'other programs not sampled' : counted(watch.other_programs, 'other program')}; ${watch.is_within ? 'within' : 'more than'} what was accepted.`,
        ]
      : []),
    ...(latecomers && latecomers.people > 0 ? [`Latecomers since the start: ${countText(latecomers.people)}.`] : []),
    ...wiped.map(({ what, count }) => `Wiped: ${what}: ${countText(count)}`),
    ...kept.map(({ what, count }) => `Kept: ${what}: ${countText(count)}`),
    ...(coming ? [`Next: ${coming.step}. ${coming.does} ${coming.undo}`] : []),
    ...(step === null
      ? []
      : [`A rollback is ${rollback.is_possible ? '' : 'not '}possible. ${rollback.loses.join(' ')}`]),
  ]
}

/** Runs a command on the connection of `--connection`. */
function onConnection(
  { connection: name, tenant }: CommandOptions,
  run: (deps: CommandDeps, connection: Connection, tenant: Tenant) => Promise<CommandOutput>,
): ReturnType<StoreCommand> {
  const wanted = requireOption(name, '--connection')
  return async (deps) => {
    const of_command = await tenantNamed(deps.db, tenant)
    return await run(deps, await connectionNamed(deps.db, of_command, wanted), of_command)
  }
}

/** The finish after a command, as text or JSON. */
async function showFinish(
  deps: CommandDeps,
  { tenant_id, connection_id }: Connection,
  as_json: boolean,
): Promise<CommandOutput> {
  const connection = await connectionById(deps.db, tenant_id, connection_id)
  if (!connection) throw new Refusal('inexistent_connection')
  const finish = await describeFinish({ db: deps.db, searches: deps.modules().searches }, connection)
  return { stdout: as_json ? JSON.stringify(finish, null, 2) : finishLines(finish).join('\n') }
}

/** The commands that end the migration of a connection, by name. */
export const finish_commands = {
  'finish preflight': (options) =>
    onConnection(options, async (deps, connection) => {
      const has_mail_server = deps.config.smtp_url !== undefined
      const preflight = await readPreflight({ ...deps, ...deps.modules(), has_mail_server }, connection)
      const stdout = options.json === true ? JSON.stringify(preflight, null, 2) : preflightLines(preflight).join('\n')
      return { stdout }
    }),

  'finish status': (options) =>
    onConnection(options, (deps, connection) => showFinish(deps, connection, options.json === true)),

  'finish start': (options) => {
    const step = readStep(options.step)
    const confirm = requireOption(options.confirm, '--confirm')
    const duration_s = countOption(options.duration, '--duration', { most: watch_max_s })
    const accept = readAccepted(options.accept)
    return onConnection(options, async (deps, connection, tenant) => {
      const { tenant_id, connection_id } = connection
      const start = { tenant_id, connection_id, step, confirm, ...defined({ duration_s, accept }), started_by: {} }
      const jobs = deps.in_server ? deps.modules().jobs : { wake: () => undefined }
      const job_id = await startFinishStep({ ...deps, jobs }, start)
      await recordCommand(deps, tenant, 'finish start', undefined, { connection: connection.name, step, job_id })
      const shown = await showFinish(deps, connection, options.json === true)
      return deps.in_server ? shown : { ...shown, stderr: 'No server runs: the next one that starts does the step.' }
    })
  },

  'finish rollback': (options) => {
    const confirm = requireOption(options.confirm, '--confirm')
    return onConnection(options, async (deps, connection, tenant) => {
      const { tenant_id, connection_id } = connection
      const rollback = { tenant_id, connection_id, confirm, rolled_back_by: {} }
      await rollBackFinish({ ...deps, scripts: deps.scripting().scripts }, rollback)
      await recordCommand(deps, tenant, 'finish rollback', undefined, { connection: connection.name })
      return await showFinish(deps, connection, options.json === true)
    })
  },
} satisfies Record<string, StoreCommand>
