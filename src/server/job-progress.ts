import { countText, counted } from '../base/count-text.ts'
import type { ImportError } from '../contract/job.ts'
import type { ShownJob } from './follow-job.ts'
import { printable } from './printable.ts'

/** How much of a job is done at a time, in milliseconds of any clock. */
export type Sample = { at_ms: number; done: number }

const bar_width = 24

/** A duration as `m:ss`, or `h:mm:ss` from an hour on. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const two = (part: number): string => String(part).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** The number of users that a job has handled: rows of an import, users of an export or a rehearsal. Undefined for other jobs. */
export function usersDone({ type, summary, done }: ShownJob): number | undefined {
  if (type === 'users_import' || type === 'tail_import') return summary?.total ?? 0
  return type === 'users_export' || type === 'rehearsal' ? done : undefined
}

/** The rows of a load of a directory so far: while it reads, those read; then how many of them are applied. */
function rowsText({ loaded }: ShownJob): string | undefined {
  if (!loaded) return undefined
  const { rows, applied } = loaded
  return applied === undefined
    ? `${counted(rows, 'row')} read`
    : `${countText(applied)} of ${counted(rows, 'row')} applied`
}

/** A share from 0 to 1 as a bar, with its percentage. */
export function progressBar(share: number): string {
  const filled = Math.round(Math.min(1, share) * bar_width)
  return `[${'#'.repeat(filled)}${'.'.repeat(bar_width - filled)}] ${String(Math.floor(Math.min(1, share) * 100)).padStart(3)} %`
}

/** Units in a second between two samples; undefined where they are too close. */
function perSecond(first: Sample, last: Sample): number | undefined {
  const elapsed_ms = last.at_ms - first.at_ms
  return elapsed_ms < 500 || last.done <= first.done ? undefined : ((last.done - first.done) / elapsed_ms) * 1000
}

/**
 * The progress of a job in a line: the bar, the users or rows so far, the rate of users, and the time left.
 *
 * @param users samples of the users, the first and the last, of a job that handles users
 * @param units samples of the units of the total
 */
export function progressLine(
  job: ShownJob,
  users: readonly [Sample, Sample] | undefined,
  units: readonly [Sample, Sample],
): string {
  const { total, done, state } = job
  if (state === 'pending') return whyPending(job) ?? 'waiting for a worker …'
  const rate = users && perSecond(...users)
  const done_users = usersDone(job)
  const rows = rowsText(job)
  const speed = perSecond(...units)
  return [
    ...(total === null || total === 0 ? [] : [progressBar(done / total)]),
    ...(done_users === undefined ? [] : [counted(done_users, 'user')]),
    ...(rows === undefined ? [] : [rows]),
    ...(rate === undefined ? [] : [`${countText(Math.round(rate))}/s`]),
    ...(speed === undefined || total === null ? [] : [`${durationText((total - done) / speed)} left`]),
  ].join('  ')
}

/** A message about the file of a load, which names the fields of the API, in terms of the command. */
const asTyped = (message: string): string => message.replaceAll(/\boptions\.(columns\.\w+)/g, '$1 of --format-options')

/** Why a job has stopped and is tried again, as while a legacy store does not answer; undefined for one that is not. */
function whyPending({ state, status_details }: ShownJob): string | undefined {
  return state === 'pending' && status_details !== undefined ? `is tried again: ${status_details}` : undefined
}

/** The result of a job, how much of it is done, or why it waits, in a few words. */
export function describeJob(job: ShownJob): string {
  const { state, status_details, percentage_done, summary, type, loaded } = job
  if (state === 'failed')
    return type === 'directory_load' ? asTyped(status_details ?? 'failed') : (status_details ?? 'failed')
  const pending = whyPending(job)
  if (pending !== undefined) return pending
  const share = state === 'completed' || percentage_done === undefined ? '' : `${percentage_done} %, `
  if (summary) {
    const { inserted, updated, skipped, failed } = summary
    return `${share}${countText(inserted)} created, ${countText(updated)} changed, ${countText(skipped)} skipped, ${countText(failed)} refused`
  }
  if (type === 'directory_load' && state === 'completed') {
    if (status_details !== undefined || loaded?.applied === undefined) return status_details ?? 'ended'
    const { rows, added, changed, returned, gone } = loaded
    const changes = Object.entries({ added, changed, returned, gone }).map(
      ([name, users]) => `${countText(users)} ${name}`,
    )
    return `${counted(rows, 'row')} applied: ${changes.join(', ')}`
  }
  const done = type === 'users_export' ? counted(usersDone(job) ?? 0, 'user') : rowsText(job)
  return done === undefined ? share.replace(/, $/, '') : `${share}${done}`
}

/** A refused row of an import in a line. */
export function describeRefused({ line, user, errors }: ImportError): string {
  const [name] = [user['email'], user['username'], user['phone_number'], user['user_id']].filter(
    (value) => typeof value === 'string',
  )
  const problems = errors.map(({ code, path, message }) => `${code}${path === '' ? '' : ` at ${path}`}: ${message}`)
  return printable([`line ${line}`, ...(name === undefined ? [] : [name]), problems.join('; ')].join('  '))
}
