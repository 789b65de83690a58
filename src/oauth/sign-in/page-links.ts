import type { Connection } from '../../connections/connection.ts'
import type { IdentifierKind } from '../../pages/form-values.ts'
import { page_paths, withState } from './page-paths.ts'

/** The links between the pages of a sign-in, as far as the connection has what they lead to. */
export function pageLinks({ options }: Connection, state: string) {
  const { disable_signup, disable_self_service_change_password } = options
  return {
    login: withState(page_paths.login, state),
    signup: disable_signup === true ? undefined : withState(page_paths.signup, state),
    forgot: disable_self_service_change_password === true ? undefined : withState(page_paths.forgot, state),
  }
}

/** The kinds of identifiers that users of a connection log in with. A legacy store may know usernames that were never configured here. */
export function identifierKinds({ options, mode }: Connection): IdentifierKind[] {
  return options.requires_username === true || mode !== 'local' ? ['email', 'username'] : ['email']
}
