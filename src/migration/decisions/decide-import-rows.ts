import { phoneNumber } from '../../base/phone-number.ts'
import type { Connection } from '../../connections/connection.ts'
import { identifierRules } from '../../connections/identifier-rules.ts'
import type { Transaction } from '../../store/tables.ts'
import type { ConnectionKey } from '../find-records.ts'
import type { ImportRow, RefusedRow } from '../import/import-row.ts'
import { profileIdentifiers } from '../profile-identifiers.ts'
import { decisionsByLegacyId, type AppliedDecision, type DecisionDetail } from './decision.ts'
import { settleDecisions } from './settle-decisions.ts'

/** The row with the new identifiers of a decision, which are unverified. */
function renameRow({ options }: Connection, row: ImportRow, detail: DecisionDetail): ImportRow {
  const { email, username, phone_number } = detail
  const is_number = identifierRules(options).phone_number.is_active
  const profile = {
    ...row.profile,
    ...(email === undefined ? {} : { email: email.trim().toLowerCase(), email_verified: false }),
    ...(username === undefined ? {} : { username: username.trim().toLowerCase() }),
    ...(phone_number === undefined
      ? {}
      : { phone_number: is_number ? (phoneNumber(phone_number) ?? null) : phone_number, phone_verified: false }),
  }
  return { ...row, profile, identifiers: profileIdentifiers(profile, options) }
}

function refusalOf({ kind, alias_legacy_id }: AppliedDecision): string | undefined {
  if (kind === 'exclude') return 'A decision excludes this user, who is not imported.'
  if (kind === 'alias')
    return `A decision says that this is the same person as the legacy user ${alias_legacy_id ?? ''}.`
  return undefined
}

/** Rows as the decisions on their users change them. */
export type DecidedRows = { rows: ImportRow[]; refused: RefusedRow[] }

/** Applies the decisions on the users of rows of an import: excluded users and aliases are refused, others get new identifiers. */
export async function decideImportRows(
  trx: Transaction,
  connection: Connection,
  rows: readonly ImportRow[],
): Promise<DecidedRows> {
  const decisions = await decisionsByLegacyId(
    trx,
    connection,
    rows.map(({ profile }) => profile.legacy_id),
  )
  const decided: DecidedRows = { rows: [], refused: [] }
  for (const row of rows) {
    const decision = decisions.get(row.profile.legacy_id)
    const message = decision && refusalOf(decision)
    if (message !== undefined) {
      const { line, row_no } = row
      decided.refused.push({
        line,
        row_no,
        shown: row.show(),
        errors: [{ code: 'NOT_PASSED', message, path: 'user_id' }],
      })
    } else decided.rows.push(decision?.kind === 'rename' ? renameRow(connection, row, decision.detail) : row)
  }
  return decided
}

/** The identifiers that decisions reserve, of these in canonical form, with the record. */
export async function reservedAmong(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  identifiers: readonly string[],
): Promise<Map<string, string>> {
  if (identifiers.length === 0) return new Map()
  const rows = await trx
    .selectFrom('reserved_identifiers')
    .select(['identifier', 'record_id'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('identifier', 'in', identifiers)
    .execute()
  return new Map(rows.map(({ identifier, record_id }) => [identifier, record_id]))
}

/** Ends what decisions on the records of imported users are for, as `settleDecisions` does for a move. */
export async function settleImported(
  trx: Transaction,
  { tenant_id, connection_id }: ConnectionKey,
  imported: readonly { legacy_id: string; record_id: string; user_id: string }[],
  at: number,
): Promise<void> {
  if (imported.length === 0) return
  const ids = imported.map(({ record_id }) => record_id)
  const concerned = await trx
    .selectFrom('reserved_identifiers')
    .select('record_id')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('record_id', 'in', ids)
    .unionAll(
      trx
        .selectFrom('record_decisions')
        .select('alias_of as record_id')
        .where('tenant_id', '=', tenant_id)
        .where('connection_id', '=', connection_id)
        .where('alias_of', 'in', ids)
        .$narrowType<{ record_id: string }>(),
    )
    .execute()
  const settled = new Set(concerned.map(({ record_id }) => record_id))
  for (const { record_id, legacy_id, user_id } of imported) {
    if (!settled.has(record_id)) continue
    await settleDecisions(trx, { tenant_id, connection_id, legacy_id, user_id, through: 'import', at })
  }
}
