import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import { phoneNumber } from '../base/phone-number.ts'
import type { ConnectionOptions } from '../contract/connection-options.ts'

/** The kinds of identifiers, in the order in which pages ask for them. */
export const identifier_kinds = ['email', 'username', 'phone_number'] as const

/** A kind of identifier. */
export type IdentifierKind = (typeof identifier_kinds)[number]

type Demand = 'required' | 'optional' | 'inactive'

/** What a connection does with one kind of identifier. */
export type IdentifierRule = {
  /** Whether users log in with it. */
  is_active: boolean
  /** Whether no two users of the connection may have the same one. */
  is_unique: boolean
  /** Whether every user has one, also one who moves. */
  is_required: boolean
  /** What a new user gives at sign-up. */
  at_signup: Demand
  /** What a user has whom the Management API creates. */
  at_creation: Demand
}

/** The rules of a connection, by the kind. */
export type IdentifierRules = Readonly<Record<IdentifierKind, IdentifierRule>>

type Options = Pick<ConnectionOptions, 'attributes' | 'requires_username'>

const plain_email: IdentifierRule = {
  is_active: true,
  is_unique: true,
  is_required: false,
  at_signup: 'required',
  at_creation: 'required',
}
const chosen_username: IdentifierRule = { ...plain_email, is_required: true }
// A legacy store may know usernames that were never configured here.
const unset_username: IdentifierRule = { ...plain_email, at_signup: 'inactive', at_creation: 'inactive' }
const unset_phone_number: IdentifierRule = {
  is_active: false,
  is_unique: false,
  is_required: false,
  at_signup: 'inactive',
  at_creation: 'optional',
}

function ruleOf(kind: IdentifierKind, attributes: NonNullable<Options['attributes']>): IdentifierRule {
  const given = attributes[kind]
  const is_active = given?.identifier?.active === true
  const is_required = given?.profile_required === true
  const by_default = is_required ? 'required' : is_active ? 'optional' : 'inactive'
  const is_kept_without_rule = given !== undefined || kind !== 'username'
  return {
    is_active,
    is_unique: kind === 'email' ? attributes.email?.unique !== false : kind === 'username' || is_active,
    is_required,
    at_signup: given?.signup?.status ?? by_default,
    at_creation: is_required ? 'required' : is_kept_without_rule ? 'optional' : 'inactive',
  }
}

/** The rules for identifiers: those of `attributes`, else those that `requires_username` makes. */
export function identifierRules({ attributes, requires_username }: Options): IdentifierRules {
  if (attributes === undefined) {
    const username = requires_username === true ? chosen_username : unset_username
    return { email: plain_email, username, phone_number: unset_phone_number }
  }
  return {
    email: ruleOf('email', attributes),
    username: ruleOf('username', attributes),
    phone_number: ruleOf('phone_number', attributes),
  }
}

/** The kinds of identifiers that users log in with. */
export function activeKinds(options: Options): IdentifierKind[] {
  const rules = identifierRules(options)
  return identifier_kinds.filter((kind) => rules[kind].is_active)
}

/** The form in which a connection compares and stores an identifier: E.164 of a phone number that users log in with, else as canonical text. */
export function canonicalIn({ options }: { options: Options }, typed: string): string {
  const number = identifierRules(options).phone_number.is_active ? phoneNumber(typed) : undefined
  return number ?? canonicalIdentifier(typed)
}

/** Whether an identifier in canonical form is of a kind that users log in with. A username may have any form, because a legacy store may permit it. */
export function isOfActiveKind(options: Options, identifier: string): boolean {
  const { email, username, phone_number } = identifierRules(options)
  if (username.is_active) return true
  return (
    (email.is_active && identifier.includes('@')) || (phone_number.is_active && phoneNumber(identifier) === identifier)
  )
}

const names = { email: 'an e-mail address', username: 'a username', phone_number: 'a phone number' } as const

/** Kinds of identifiers in a sentence: `an e-mail address or a username`. */
export const namesOfKinds = (kinds: readonly IdentifierKind[]): string => kinds.map((kind) => names[kind]).join(' or ')
