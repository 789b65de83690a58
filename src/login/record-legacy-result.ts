import type { Connection } from '../connections/connection.ts'
import { outcomes, type MigrationState, type Outcome } from '../contract/outcomes.ts'
import { fingerprintProfile } from '../migration/fingerprints.ts'
import type { LegacyResult } from '../migration/legacy-store.ts'
import { observedIdentifiers } from '../migration/move-user.ts'
import { observe, type FingerprintSource, type Observed, type Through } from '../migration/records.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import type { LoginParts } from './login-parts.ts'

/** An answer of the legacy store that moved nobody, and what came of it. */
export type NotedAnswer = {
  typed: string
  answer: LegacyResult
  source: FingerprintSource
  through: Through
  verdict?: { outcome: Outcome; message?: string }
  /** Overrides the state that the outcome calls for, e.g. `reset_pending`. */
  state?: MigrationState
}

/** Writes into the ledger what an answer of the legacy store tells, where no user is written with it. */
export async function noteAnswer(
  parts: LoginParts,
  connection: Connection,
  noted: NotedAnswer,
): Promise<Observed | undefined> {
  const { typed, answer, source, through, verdict } = noted
  const person = answer.kind === 'found' ? answer.profile : undefined
  const hinted = answer.kind === 'refused' && answer.outcome === 'wrong_password' ? answer.legacy_id : undefined
  const row = verdict === undefined ? undefined : outcomes[verdict.outcome]
  const refusedHere = verdict?.outcome === 'blocked' ? 'refused' : null
  const write = () =>
    inTransaction(parts.db, (trx) =>
      observe(trx, {
        tenant_id: connection.tenant_id,
        connection_id: connection.connection_id,
        at: parts.clock.now(),
        identifiers: observedIdentifiers(typed, person),
        through,
        outcome: verdict?.outcome ?? null,
        state: noted.state ?? row?.record_state ?? refusedHere ?? (person ? 'seen' : null),
        makes_record: person !== undefined || row?.makes_record === true,
        ...(person === undefined
          ? {}
          : {
              legacy_id: person.legacy_id,
              email: person.email,
              username: person.username,
              fingerprints: { source, fields: fingerprintProfile(parts.sealer, connection.connection_id, person) },
            }),
        ...(verdict?.message === undefined ? {} : { error: verdict.message }),
        ...(hinted === undefined ? {} : { detail: { hinted_legacy_id: hinted } }),
      }),
    )
  try {
    return await write()
  } catch (error) {
    // Two observations made the same record at once; the second one finds it.
    if (uniqueViolation(error) === undefined) throw error
    return await write()
  }
}
