import type { ScriptResult } from '../sandbox/script-types.ts'

/**
 * Says for the tenant's log why a call of its rules or actions gave no answer.
 *
 * @param subject `The rules` or `The actions`
 */
export function describeFailedCall(
  result: Exclude<ScriptResult, { kind: 'returned' }>,
  subject: 'The rules' | 'The actions',
): string {
  switch (result.kind) {
    case 'failed':
      return `${subject} failed: ${result.error.name}: ${result.error.message}`
    case 'no_function':
    case 'syntax_error':
    case 'bad_result':
      return `The answer of ${subject.toLowerCase()} cannot be read: ${result.message}`
    case 'crashed':
      return `${subject} ended their own process: ${result.reason}`
    case 'timed_out':
      return `${subject} did not end before their deadline.`
    case 'out_of_memory':
      return `${subject} used more memory than they may.`
    case 'saturated':
      return `${subject} were not run: ${result.reason ?? 'too many calls wait'}.`
  }
}
