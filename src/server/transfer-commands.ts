// The commands that follow a job where they are typed: imports, exports and other jobs, with their files and their progress.
import { countText, counted } from '../base/count-text.ts'
import { performance } from 'node:perf_hooks'
import type { ImportError } from '../contract/job.ts'
import type { CommandOptions, CommandOutput } from './command-options.ts'
import { hasEnded, type FollowedJob, type JobReport, type ShownJob } from './follow-job.ts'
import { describeJob, describeRefused, durationText, progressLine, usersDone, type Sample } from './job-progress.ts'
import { standard_output } from './print-line.ts'
import { program_call } from './program-call.ts'
import { runOnStore, type StoreCommandName } from './run-on-store.ts'
import { requireOption } from './store-command.ts'
import {
  createTerminalProgress,
  handleInterrupts,
  Interrupted,
  interrupted_status,
  type Interrupts,
} from './terminal-progress.ts'
import { createLineFile, openInput, requireNewFile, writeJobContent, type InputFile } from './transfer-files.ts'

type Env = Record<string, string | undefined>

const refused_shown = 20
const refused_in_json = 1000

/** How a job that a command followed has ended, or how it goes on. */
type Followed = FollowedJob & { refused: ImportError[]; is_interrupted: boolean }

/** Shows the progress of a job until its end or an interrupt. `onRefused` gets each refused row of an import. */
async function follow(
  output: CommandOutput,
  { signal }: Interrupts,
  onRefused: (refused: ImportError) => void = () => undefined,
): Promise<Followed> {
  const { job: first, in_server } = JSON.parse(output.stdout) as FollowedJob
  if (!hasEnded(first)) console.error(`The job ${first.id} has begun.`)
  const began_at = performance.now()
  const users_before = usersDone(first)
  const progress = createTerminalProgress()
  const refused: ImportError[] = []
  let job = first
  for await (const text of output.follow?.(signal) ?? []) {
    if (signal.aborted) break
    const report = JSON.parse(text) as JobReport
    if ('refused' in report) {
      if (refused.length < refused_in_json) refused.push(report.refused)
      onRefused(report.refused)
      continue
    }
    job = report.job
    const at_ms = performance.now()
    const since = (before: number, done: number): [Sample, Sample] => [
      { at_ms: began_at, done: before },
      { at_ms, done },
    ]
    const users = usersDone(job)
    const users_since = users === undefined || users_before === undefined ? undefined : since(users_before, users)
    progress.show(progressLine(job, users_since, since(first.done, job.done)))
  }
  progress.end()
  return { job, in_server, refused, is_interrupted: signal.aborted && !hasEnded(job) }
}

/** What becomes of a job after an interrupt. */
function goesOn({ job, in_server }: Followed): string {
  const where = in_server
    ? 'goes on in the running server'
    : 'has stopped after its last step, and goes on when a server starts on this store'
  return `The job ${job.id} ${where}.
  its progress  ${program_call} jobs show --job ${job.id} --follow
  to end it     ${program_call} jobs cancel --job ${job.id}`
}

/** How long a job took from its start to its end, whenever it is shown. Empty for one that never started. */
function tookText({ started_at, finished_at }: ShownJob): string {
  if (started_at === undefined || finished_at === undefined) return ''
  return ` in ${durationText((Date.parse(finished_at) - Date.parse(started_at)) / 1000)}`
}

/** Prints the end of a job and returns the exit status: 1 where the job failed, refused rows, or waits for a confirmation. */
function report(followed: Followed, as_json: boolean): number {
  const { job, refused, is_interrupted } = followed
  const failed = job.summary?.failed ?? 0
  // The load of a directory that waits for a confirmation.
  const is_waiting = job.type === 'directory_load' && job.status_details !== undefined
  const is_done = job.state === 'completed' && failed === 0 && !is_waiting
  const status = is_interrupted ? interrupted_status : is_done ? 0 : 1
  if (as_json) {
    standard_output.printLine(JSON.stringify({ job, errors: refused }, null, 2))
    if (is_interrupted) console.error(goesOn(followed))
    return status
  }
  if (is_interrupted) {
    standard_output.printLine(goesOn(followed))
    return status
  }
  standard_output.printLine(`${job.type} ${job.id}: ${job.state}${tookText(job)}: ${describeJob(job)}`)
  for (const row of refused.slice(0, refused_shown)) standard_output.printLine(`  ${describeRefused(row)}`)
  if (failed > refused_shown)
    standard_output.printLine(
      `  … and ${countText(failed - refused_shown)} more: --error-file F writes all that are kept, jobs download the rows themselves.`,
    )
  return status
}

/** Runs a command that an interrupt may end before its work has begun. */
async function interruptible(run: (interrupts: Interrupts) => Promise<number>): Promise<number> {
  const interrupts = handleInterrupts()
  try {
    return await run(interrupts)
  } catch (error) {
    // What is interrupted fails with an error of its own, of the connection or of the file.
    if (!interrupts.signal.aborted) throw error
    console.error(error instanceof Interrupted ? error.message : 'Interrupted.')
    return interrupted_status
  } finally {
    interrupts.release()
  }
}

/** The bytes of a file, with the progress of sending them. @throws {Interrupted} */
async function* sent(file: InputFile, { signal }: Interrupts): AsyncGenerator<Uint8Array> {
  const progress = createTerminalProgress()
  let bytes = 0
  try {
    for await (const piece of file.read()) {
      if (signal.aborted) throw new Interrupted('Interrupted: the file was not sent whole, and nothing was read of it.')
      bytes += piece.length
      progress.show(
        `sending the file: ${file.size_bytes === 0 ? '' : `${Math.floor((bytes / file.size_bytes) * 100)} %`}`,
      )
      yield piece
    }
  } finally {
    progress.end()
  }
}

/** Follows an import or another job, and writes its refused rows to a file. */
async function followAndReport(
  output: CommandOutput,
  interrupts: Interrupts,
  options: CommandOptions,
): Promise<number> {
  const file = options['error-file'] === undefined ? undefined : createLineFile(options['error-file'])
  try {
    const followed = await follow(output, interrupts, (row) => file?.write(JSON.stringify(row)))
    return report(followed, options.json === true)
  } finally {
    file?.close()
  }
}

/** Runs `import`: sends the file, and follows the job. */
export async function importUsers(env: Env, options: CommandOptions): Promise<number> {
  const error_file = options['error-file']
  if (error_file !== undefined) requireNewFile(requireOption(error_file, '--error-file'), '--error-file')
  const file = openInput(requireOption(options.file, '--file'))
  try {
    return await interruptible((interrupts) =>
      runOnStore({ name: 'import', env, options, upload: () => sent(file, interrupts) }, (output) =>
        followAndReport(output, interrupts, options),
      ),
    )
  } finally {
    file.close()
  }
}

/** Runs `directory load`: sends the file, where there is one, and follows the job. */
export async function loadDirectory(env: Env, options: CommandOptions): Promise<number> {
  const file = options.file === undefined ? undefined : openInput(requireOption(options.file, '--file'))
  try {
    return await interruptible((interrupts) => {
      const upload = file && (() => sent(file, interrupts))
      const line = { name: 'directory load', env, options, ...(upload ? { upload } : {}) } as const
      return runOnStore(line, (output) => followAndReport(output, interrupts, options))
    })
  } finally {
    file?.close()
  }
}

/** Runs a command that enqueues a job, and follows the job. */
export function followNewJob(name: StoreCommandName) {
  return async (env: Env, options: CommandOptions): Promise<number> =>
    await interruptible((interrupts) =>
      runOnStore({ name, env, options }, (output) => followAndReport(output, interrupts, options)),
    )
}

/** Writes the file of an export, or the refused rows of an import, that has ended. */
async function download(env: Env, options: CommandOptions, file: string, { signal }: Interrupts): Promise<number> {
  return await runOnStore({ name: 'jobs download', env, options }, async ({ stdout, content }) => {
    const job = JSON.parse(stdout) as ShownJob
    const is_import = job.type === 'users_import'
    const bytes = await writeJobContent(content ?? [], file, { is_compressed: !is_import, signal })
    const holds = is_import ? counted(job.summary?.failed ?? 0, 'refused row') : counted(usersDone(job) ?? 0, 'user')
    if (options.json === true) standard_output.printLine(JSON.stringify({ job, file, bytes }, null, 2))
    else standard_output.printLine(`${file}: ${holds}, ${countText(bytes)} bytes`)
    return 0
  })
}

const hash_warning =
  'The file will have password hashes and second factors: only your user can read it. Keep it from others, and delete it when it is used. The export is in the log of the tenant.'

/** Runs `export`: follows the job, and writes its file. */
export async function exportUsers(env: Env, options: CommandOptions): Promise<number> {
  const file = requireOption(options.file, '--file')
  requireNewFile(file, '--file')
  if (options['include-password-hashes'] === true) console.error(hash_warning)
  return await interruptible(async (interrupts) => {
    const followed = await runOnStore({ name: 'export', env, options }, (output) => follow(output, interrupts))
    const { job } = followed
    if (job.state !== 'completed') return report(followed, options.json === true)
    return await download(env, { ...options, job: job.id }, file, interrupts)
  })
}

/** Runs `jobs download`. */
export async function downloadExport(env: Env, options: CommandOptions): Promise<number> {
  const file = requireOption(options.file, '--file')
  requireNewFile(file, '--file')
  return await interruptible((interrupts) => download(env, options, file, interrupts))
}

/** Runs `jobs show`: prints a job, or follows it to its end. */
export async function showJobs(env: Env, options: CommandOptions): Promise<number> {
  const error_file = options['error-file']
  if (error_file !== undefined) requireNewFile(requireOption(error_file, '--error-file'), '--error-file')
  return await interruptible((interrupts) =>
    runOnStore({ name: 'jobs show', env, options }, async (output) => {
      const { job } = JSON.parse(output.stdout) as FollowedJob
      if (options.follow === true || hasEnded(job)) return await followAndReport(output, interrupts, options)
      standard_output.printLine(
        options.json === true
          ? JSON.stringify({ job }, null, 2)
          : `${job.type} ${job.id}: ${job.state}: ${describeJob(job)}`,
      )
      return 0
    }),
  )
}
