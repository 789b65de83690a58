import type { Problem } from './problem.ts'

/** Refusals of operations on migrations: the ledger, the directory, decisions and the legacy store. */
export const migration_problems = {
  inexistent_migration_record: {
    status: 404,
    errorCode: 'inexistent_migration_record',
    message: 'The migration record does not exist.',
  },
  inexistent_legacy_activity: {
    status: 404,
    errorCode: 'inexistent_legacy_activity',
    message: 'The sessions of this legacy store were not sampled yet: see POST …/legacy-activity.',
  },
  legacy_activity_running: {
    status: 409,
    errorCode: 'legacy_activity_running',
    message: 'The sessions of this legacy store are being sampled. Wait until the job has ended, or cancel it.',
  },
  tail_import_running: {
    status: 409,
    errorCode: 'tail_import_running',
    message: 'A tail import of this tenant has not ended: wait until its job has ended.',
  },
  malformed_directory_file: {
    status: 400,
    errorCode: 'malformed_directory_file',
    message: 'The file of the directory is not in its format, or was cut off.',
  },
  inexistent_tombstone: {
    status: 404,
    errorCode: 'inexistent_tombstone',
    message: 'This migration record bears no tombstone: its user was not deleted.',
  },
  inexistent_rehearsal: { status: 404, errorCode: 'inexistent_rehearsal', message: 'The rehearsal does not exist.' },
  rehearsal_in_progress: {
    status: 409,
    errorCode: 'rehearsal_in_progress',
    message: 'A rehearsal of this connection has not ended: wait for its end, or cancel it.',
  },
  rehearsal_needs_import_mode: {
    status: 409,
    errorCode: 'rehearsal_needs_import_mode',
    message: 'A rehearsal needs a connection in import mode: the users of this one do not move.',
  },
  no_directory: {
    status: 409,
    errorCode: 'no_directory',
    message: 'The connection has no directory: load the list of the users of the legacy store first.',
  },
  inexistent_decision: {
    status: 404,
    errorCode: 'inexistent_decision',
    message: 'This migration record has no decision.',
  },
  decision_refused: {
    status: 409,
    errorCode: 'decision_refused',
    message: 'The decision cannot be made.',
  },
  decision_is_final: {
    status: 409,
    errorCode: 'decision_is_final',
    message: 'The user has moved here or was deleted here: the decision cannot be changed any more.',
  },
  decisions_need_import_mode: {
    status: 409,
    errorCode: 'decisions_need_import_mode',
    message: 'Decisions are made on connections in import mode: the users of this one do not move.',
  },
  inexistent_directory_load: {
    status: 404,
    errorCode: 'inexistent_directory_load',
    message: 'The load of the directory does not exist.',
  },
  directory_load_in_progress: {
    status: 409,
    errorCode: 'directory_load_in_progress',
    message: 'The connection has a load of its directory that has not ended: wait for it, confirm it, or cancel it.',
  },
  directory_missing: {
    status: 409,
    errorCode: 'directory_missing',
    message: 'No directory is loaded on this connection: load the list of the users of the legacy store first.',
  },
  directory_load_not_waiting: {
    status: 409,
    errorCode: 'directory_load_not_waiting',
    message: 'The load of the directory does not wait for a confirmation.',
  },
  directory_load_applied: {
    status: 409,
    errorCode: 'directory_load_applied',
    message: 'The load of the directory is being applied or has ended: it can no longer be canceled.',
  },
  too_many_uploads: {
    status: 429,
    errorCode: 'too_many_requests',
    message: 'Two files of directories are being uploaded: try again when one of them has ended.',
  },
} as const satisfies Record<string, Problem>
