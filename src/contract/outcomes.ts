import type { LogType } from './log-types.ts'
import type { ProblemCode } from './problems.ts'

/** The state of a migration record. */
export type MigrationState = 'unseen' | 'seen' | 'migrated' | 'reset_pending' | 'refused' | 'deleted'

/** Every state a migration record can have, in the order of the funnel. */
export const migrationStates: readonly MigrationState[] = [
  'unseen',
  'seen',
  'reset_pending',
  'migrated',
  'refused',
  'deleted',
]

/** One row of the outcome table. */
export type OutcomeRow = {
  /** Meaning, for the reference. */
  meaning: string
  /** The problem that answers the caller, or null for a success. */
  problem: ProblemCode | null
  /** Whether its message is shown to the user; every other message is for the tenant's log only. */
  shows_message: boolean
  /** The log event's type (Auth0's codes). */
  log_type: LogType
  /** Whether brute-force protection counts_as_failed_attempt it as a failed attempt. */
  counts_as_failed_attempt: boolean
  /** The new state of the migration record of a user who has not moved; null where it keeps its state. */
  new_record_state: MigrationState | null
  /** Whether it creates a migration record where there is none. */
  creates_record: boolean
  /**
   * How the call of an action script failed: the script itself failed, the legacy store is down (which opens the circuit breaker), or the
   * script was not called. Null for every other outcome.
   */
  script_failure: 'script' | 'outage' | 'not_called' | null
}

const defaults = {
  log_type: 'f',
  shows_message: false,
  counts_as_failed_attempt: false,
  new_record_state: null,
  creates_record: false,
  script_failure: null,
} as const

const table = {
  success: { ...defaults, meaning: 'The password was right; the user is in Wherry.', problem: null, log_type: 's' },
  moved: {
    ...defaults,
    meaning: 'The legacy store accepted the password and the user was moved.',
    problem: null,
    log_type: 's',
    new_record_state: 'migrated',
    creates_record: true,
  },
  legacy_success: {
    ...defaults,
    meaning: 'Legacy mode: the scripts accepted the password.',
    problem: null,
    log_type: 's',
    new_record_state: 'seen',
    creates_record: true,
  },
  wrong_password: {
    ...defaults,
    meaning: 'The user exists; the password was wrong.',
    problem: 'wrong_credentials',
    log_type: 'fp',
    counts_as_failed_attempt: true,
    new_record_state: 'seen',
    creates_record: true,
  },
  unknown_user: {
    ...defaults,
    meaning: 'No user has this identifier.',
    problem: 'wrong_credentials',
    log_type: 'fu',
    counts_as_failed_attempt: true,
  },
  tombstoned: {
    ...defaults,
    meaning: 'The legacy store accepted a user who was deleted in Wherry.',
    problem: 'wrong_credentials',
    log_type: 'fu',
  },
  denied_by_script: {
    ...defaults,
    meaning: 'The script answered UnauthorizedError.',
    problem: 'login_denied',
    shows_message: true,
    new_record_state: 'refused',
    creates_record: true,
  },
  refused_by_script: {
    ...defaults,
    meaning: 'The script answered ValidationError.',
    problem: 'login_refused',
    shows_message: true,
    new_record_state: 'refused',
    creates_record: true,
  },
  script_error: {
    ...defaults,
    meaning: 'The script answered another error, threw, returned no profile, or is not a function.',
    problem: 'login_not_completed',
    script_failure: 'script',
  },
  profile_refused: {
    ...defaults,
    meaning: 'The profile that the script returned cannot be stored.',
    problem: 'login_not_completed',
    new_record_state: 'refused',
    creates_record: true,
  },
  collision: {
    ...defaults,
    meaning: 'The returned profile collides with another user.',
    problem: 'login_not_completed',
    new_record_state: 'refused',
    creates_record: true,
  },
  legacy_unreachable: {
    ...defaults,
    meaning: 'The legacy store could not be reached.',
    problem: 'legacy_unavailable',
    script_failure: 'outage',
  },
  legacy_timeout: {
    ...defaults,
    meaning: 'The legacy store was reached and did not answer in time.',
    problem: 'legacy_unavailable',
    script_failure: 'outage',
  },
  script_timeout: {
    ...defaults,
    meaning: 'The script did not answer before its deadline.',
    problem: 'legacy_unavailable',
    script_failure: 'outage',
  },
  out_of_memory: {
    ...defaults,
    meaning: 'The script exceeded its memory limit.',
    problem: 'legacy_unavailable',
    script_failure: 'outage',
  },
  circuit_open: {
    ...defaults,
    meaning: 'The circuit breaker is open: the legacy store failed repeatedly and is not called.',
    problem: 'legacy_unavailable',
    script_failure: 'not_called',
  },
  saturated: {
    ...defaults,
    meaning:
      'The script was not run: too many calls wait, scripts keep ending their process, or the server cannot start one.',
    problem: 'legacy_unavailable',
    script_failure: 'not_called',
  },
  locked: {
    ...defaults,
    meaning: 'Too many failed attempts; the password was not checked.',
    problem: 'too_many_attempts',
    log_type: 'limit_wc',
  },
  address_locked: {
    ...defaults,
    meaning: 'Too many failed attempts of any users from one network address; the password was not checked.',
    problem: 'address_locked',
    log_type: 'limit_mu',
  },
  second_factor_unsupported: {
    ...defaults,
    meaning:
      'The password was right, and the user has a second factor of the legacy store, which is not supported here.',
    problem: 'second_factor_unsupported',
  },
  denied_by_rule: {
    ...defaults,
    meaning: 'A post-login rule or action denied the login.',
    problem: 'login_denied',
    shows_message: true,
  },
  rule_error: { ...defaults, meaning: 'A post-login rule or action failed.', problem: 'login_not_completed' },
  rules_not_run: {
    ...defaults,
    meaning:
      'The password was right, and post-login rules and actions were not run: too many calls wait, they keep ending their process, or the server cannot start one.',
    problem: 'overloaded',
  },
  excluded: {
    ...defaults,
    meaning: 'The password was right, and a decision on the migration record excludes the user.',
    problem: 'login_denied',
    shows_message: true,
    new_record_state: 'refused',
    creates_record: true,
  },
  blocked: {
    ...defaults,
    meaning: 'The user is blocked, in Wherry or in the legacy store.',
    problem: 'user_blocked',
    new_record_state: 'refused',
    creates_record: true,
  },
} as const satisfies Record<string, OutcomeRow>

/** How one login ended. */
export type Outcome = keyof typeof table

/** The outcomes of an action script whose call failed. */
export type ScriptFailure = {
  [name in Outcome]: (typeof table)[name]['script_failure'] extends null ? never : name
}[Outcome]

/** The closed list of outcomes: `details.migration.outcome` of a log event is one of these names. */
export const outcomes: Readonly<Record<Outcome, OutcomeRow>> = table
