import type { NonEmpty } from '../../base/non-empty.ts'
import type { Connection } from '../../connections/connection.ts'
import {
  activeKinds,
  identifierRules,
  identifier_kinds,
  type IdentifierKind,
} from '../../connections/identifier-rules.ts'
import { page_paths, withState } from './page-paths.ts'

/** The links between the pages of a sign-in, as far as one of the connections has what they lead to. */
export function pageLinks(connections: NonEmpty<Connection>, state: string) {
  const has_signup = connections.some(({ options }) => options.disable_signup !== true)
  const has_forgot = connections.some(({ options }) => options.disable_self_service_change_password !== true)
  return {
    login: withState(page_paths.login, state),
    signup: has_signup ? withState(page_paths.signup, state) : undefined,
    forgot: has_forgot ? withState(page_paths.forgot, state) : undefined,
  }
}

/** The kinds of identifiers that users of a connection log in with. A legacy store may know usernames that were never configured here. */
function kindsOf({ options, mode }: Connection): IdentifierKind[] {
  if (options.attributes !== undefined) return activeKinds(options)
  return options.requires_username === true || mode !== 'local' ? ['email', 'username'] : ['email']
}

/** The kinds of identifiers that users of these connections log in with. */
export function identifierKinds(connections: NonEmpty<Connection>): IdentifierKind[] {
  const kinds = new Set(connections.flatMap(kindsOf))
  return identifier_kinds.filter((kind) => kinds.has(kind))
}

/** The identifiers that a new user of a connection gives at sign-up. */
export function signupKinds({ options }: Connection): { kind: IdentifierKind; is_required: boolean }[] {
  const rules = identifierRules(options)
  const asked = identifier_kinds.filter((kind) => rules[kind].at_signup !== 'inactive')
  return asked.map((kind) => ({ kind, is_required: rules[kind].at_signup === 'required' }))
}

/** The connection in which new users sign up: the first that permits it. */
export function signupConnection(connections: NonEmpty<Connection>): Connection {
  return connections.find(({ options }) => options.disable_signup !== true) ?? connections[0]
}
