// The pages of settings, problems, outcomes and log types, printed from their tables.
import { type Setting, settings } from '../../src/config/settings.ts'
import { log_types } from '../../src/contract/log-types.ts'
import { migrationStates, type OutcomeRow, outcomes } from '../../src/contract/outcomes.ts'
import { type Problem, problems } from '../../src/contract/problems.ts'
import { code, page, table } from './markdown.ts'

/** `configuration.md`: the settings with kind, limits, default and meaning. */
export function configurationPage(): string {
  const rows = Object.entries<Setting>(settings).map(([name, setting]) => [
    code(name),
    kindText(setting),
    defaultText(setting),
    setting.description,
  ])
  return page('Configuration', [
    'Wherry reads its settings from the environment, and from a `.env` file in the working directory for what the environment does not set. It checks all of them before it starts and reports all problems at once.',
    table(['setting', 'value', 'default', 'meaning'], rows),
  ])
}

/** `problems.md`: all reasons for which a request is refused. */
export function problemsPage(): string {
  const rows = Object.entries<Problem>(problems).map(([name, problem]) => [
    code(name),
    String(problem.status),
    code(problem.error ?? ''),
    code(problem.errorCode ?? ''),
    problem.message,
  ])
  return page('Problems', [
    'All reasons for which Wherry refuses a request. OAuth endpoints answer `error` and `error_description`; the Management API answers `statusCode`, `error`, `message` and `errorCode`. A response may have a more specific message; the codes stay.',
    table(['problem', 'status', 'error', 'errorCode', 'message'], rows),
  ])
}

/** `outcomes.md`: the outcomes of a login, each with its response, log event and effects. */
export function outcomesPage(): string {
  const rows = Object.entries<OutcomeRow>(outcomes).map(([name, outcome]) => [
    code(name),
    outcome.meaning,
    answerText(outcome),
    code(outcome.log_type),
    outcome.counts_as_failed_attempt ? 'yes' : 'no',
    recordText(outcome),
  ])
  return page('Outcomes of a login', [
    '`details.migration.outcome` of a log event is one of these names. The list is closed.',
    table(['outcome', 'meaning', 'answer', 'log type', 'counts for brute-force protection', 'migration record'], rows),
    '## States of a migration record',
    migrationStates.map((state) => `* ${code(state)}`).join('\n'),
  ])
}

/** `log-types.md`: the types of log events with their meanings. */
export function logTypesPage(): string {
  return page('Types of log events', [
    '`type` of a log event is one of these codes, which are those of Auth0. The list is closed.',
    table(
      ['type', 'meaning'],
      Object.entries(log_types).map(([type, meaning]) => [code(type), meaning]),
    ),
  ])
}

function kindText({ kind, choices, minimum, maximum }: Setting): string {
  if (choices !== undefined) return choices.map((choice) => code(choice)).join(', ')
  if (kind === 'port') return 'port'
  if (minimum !== undefined && maximum !== undefined) return `whole number, ${minimum} to ${maximum}`
  return kind
}

function defaultText(setting: Setting): string {
  if (setting.default === undefined) return ''
  return setting.default === '' ? '(empty)' : code(setting.default)
}

function answerText({ problem }: OutcomeRow): string {
  if (problem === null) return '200'
  const { status, error, message }: Problem = problems[problem]
  return `${status} ${code(error ?? '')} ${message}`
}

function recordText({ new_record_state, creates_record }: OutcomeRow): string {
  if (new_record_state === null) return 'unchanged'
  return creates_record ? `${code(new_record_state)}; created when missing` : code(new_record_state)
}
