import type { MigrationState } from '../../../src/contract/outcomes.ts'
import type { Item } from '../client/contract-types'
import type { Tone } from '../ui/state-badge'

type MigrationRecord = Item<'listMigrationRecords'>

/** How the state of a record is meant. */
export const stateTones: Record<MigrationState, Tone> = {
  unseen: 'neutral',
  seen: 'info',
  reset_pending: 'info',
  migrated: 'good',
  refused: 'bad',
  deleted: 'neutral',
}

/** How a person with a record is named. */
export const recordName = (record: MigrationRecord): string =>
  record.email ??
  record.username ??
  record.directory?.email ??
  record.directory?.username ??
  record.identifiers[0] ??
  record.legacy_id ??
  record.record_id
