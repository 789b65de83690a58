import { runActionScript, scriptUnit, type ScriptAnswer, type ScriptParts } from '../connections/run-script.ts'
import type { Connection } from '../connections/connection.ts'
import type { LegacyGuard } from './legacy-guard.ts'
import { readLegacyProfile, type LegacyProfile, type ProfileProblem } from './legacy-profile.ts'

/** The parts that asking the legacy store takes. */
export type LegacyParts = ScriptParts & { guard: LegacyGuard }

/** What the legacy store says of a person. */
export type LegacyAnswer =
  | { kind: 'person'; profile: LegacyProfile; duration_ms: number }
  | { kind: 'nobody'; duration_ms: number }
  | { kind: 'bad_profile'; problem: ProfileProblem; duration_ms: number }
  | Extract<ScriptAnswer, { kind: 'refused' | 'failed' }>

function readAnswer(answer: ScriptAnswer, connection: Connection): LegacyAnswer {
  if (answer.kind !== 'value') return answer
  const { value, duration_ms } = answer
  if (value === null || value === false) return { kind: 'nobody', duration_ms }
  const read = readLegacyProfile(value, connection.options)
  return 'profile' in read
    ? { kind: 'person', profile: read.profile, duration_ms }
    : { kind: 'bad_profile', problem: read.problem, duration_ms }
}

/** Runs `login` with what the person typed, behind the connection's guard. */
export async function askLogin(
  parts: LegacyParts,
  connection: Connection,
  identifier: string,
  password: string,
): Promise<LegacyAnswer> {
  const run = () => runActionScript(parts, connection, 'login', [identifier, password])
  return readAnswer(await parts.guard.around(scriptUnit(connection), run), connection)
}

/** Runs `get_user`, behind the connection's guard. */
export async function askGetUser(
  parts: LegacyParts,
  connection: Connection,
  identifier: string,
): Promise<LegacyAnswer> {
  const run = () => runActionScript(parts, connection, 'get_user', [identifier])
  return readAnswer(await parts.guard.around(scriptUnit(connection), run), connection)
}
