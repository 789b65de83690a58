import { isoTime } from '../../base/time.ts'
import type { LegacyProgram } from '../../contract/legacy-activity.ts'
import type { SampledSession } from './read-sample.ts'

const programs_max = 500

const keyOf = ({ program, user, host, database }: SampledSession): string =>
  JSON.stringify([program, user, host, database])

/**
 * Adds the sessions of a sample to the programs that were seen before: sessions of one program, user, host and database are one.
 *
 * @returns at most 500 programs; `omitted`: whether there are more
 */
export function addSample(
  before: readonly LegacyProgram[],
  sessions: readonly SampledSession[],
  at: number,
): { programs: LegacyProgram[]; omitted: boolean } {
  const programs = new Map(before.map((program) => [keyOf(program), program]))
  const counted = new Map<string, { session: SampledSession; count: number }>()
  for (const session of sessions) {
    const key = keyOf(session)
    counted.set(key, { session, count: (counted.get(key)?.count ?? 0) + 1 })
  }
  let omitted = false
  for (const [key, { session, count }] of counted) {
    const known = programs.get(key)
    if (!known && programs.size >= programs_max) {
      omitted = true
      continue
    }
    programs.set(key, {
      ...session,
      first_seen_at: known?.first_seen_at ?? isoTime(at),
      last_seen_at: isoTime(at),
      samples: (known?.samples ?? 0) + 1,
      sessions_max: Math.max(known?.sessions_max ?? 0, count),
    })
  }
  return { programs: [...programs.values()], omitted }
}
