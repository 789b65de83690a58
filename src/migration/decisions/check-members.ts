import { identifierProblem } from '../../base/canonical-identifier.ts'
import { phoneNumber } from '../../base/phone-number.ts'
import type { Connection } from '../../connections/connection.ts'
import { identifierRules } from '../../connections/identifier-rules.ts'
import type { NewDecision } from '../../contract/decision.ts'
import { emailProblem } from '../legacy-profile.ts'
import { isAddress } from '../profile-identifiers.ts'

const members = {
  keep: [],
  rename: ['email', 'username', 'phone_number'],
  alias: ['alias_of'],
  exclude: ['message'],
  retry: [],
} as const satisfies Record<NewDecision['kind'], readonly (keyof NewDecision)[]>

const all_members = ['email', 'username', 'phone_number', 'alias_of', 'message'] as const
type Member = (typeof all_members)[number]

/** The column of a file of decisions that has a member of a decision: `email` is the address that the record has. */
export const columnOf = (member: Member): string =>
  member === 'email' || member === 'username' || member === 'phone_number' ? `new_${member}` : member

function renameProblem(
  connection: Connection,
  { email, username, phone_number }: NewDecision,
  nameOf: (member: Member) => string,
): string | undefined {
  if (email === undefined && username === undefined && phone_number === undefined) {
    return `rename needs one of ${members.rename.map(nameOf).join(', ')}`
  }
  const email_problem = email === undefined ? undefined : emailProblem(email.toLowerCase())
  if (email_problem !== undefined) return `${nameOf('email')} is not an e-mail address: ${email_problem}`
  const username_problem = username === undefined ? undefined : identifierProblem(username)
  if (username_problem !== undefined) return `${nameOf('username')} ${username_problem}`
  if (username !== undefined && isAddress(username)) {
    return `${nameOf('username')} must not be an e-mail address (or contain @) or a phone number`
  }
  const is_number = phone_number === undefined || phoneNumber(phone_number) !== undefined
  if (!is_number && identifierRules(connection.options).phone_number.is_active) {
    return `${nameOf('phone_number')} is not a phone number with its country code, such as +44`
  }
  return undefined
}

/**
 * Why the members of a decision do not fit its kind, as a sentence; undefined where they do.
 *
 * @param nameOf what the sentence calls a member
 */
export function memberProblem(
  connection: Connection,
  record_id: string,
  decision: NewDecision,
  nameOf: (member: Member) => string,
): string | undefined {
  const { kind, alias_of, message } = decision
  const own: readonly string[] = members[kind]
  const foreign = all_members.find((name) => decision[name] !== undefined && !own.includes(name))
  if (foreign !== undefined) return `${nameOf(foreign)} does not belong to ${kind}`
  if (kind === 'rename') return renameProblem(connection, decision, nameOf)
  if (kind === 'alias' && alias_of === undefined) return 'alias needs alias_of, the record of the same person'
  if (alias_of === record_id) return 'alias_of is the record itself'
  return message !== undefined && /\p{Cc}/u.test(message) ? 'message has control characters' : undefined
}
