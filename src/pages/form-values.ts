import type { IdentifierKind } from '../connections/identifier-rules.ts'
import type { Look } from './look.ts'
import type { MessageKey } from './messages/en.ts'
import { problemLines, problemText, type FieldName, type PageError, type ProblemText } from './page-problems.ts'
import { translator } from './translate.ts'

/** What every form of a log-in has. */
export type FormModel = {
  /** The path that the form is sent to. */
  action: string
  /** The sealed request, sent back unchanged. */
  state: string
  /** Further hidden fields. */
  hidden?: Record<string, string> | undefined
  /** The name of the application that the user comes from. */
  client_name?: string | undefined
  /** The URL to which the answer to the form may redirect: Content-Security-Policy must permit its scheme. */
  redirect_uri?: string | undefined
  /** Why the form is shown again. */
  error?: PageError | undefined
}

/** A failure as a form shows it, above its fields. */
export type Notice = {
  lines: string[]
  field?: FieldName | undefined
  reference?: string | undefined
  link?: { href: string; text: string } | undefined
}

/** The notice of a failure. `text` replaces that of the table. */
export function noticeOf(look: Look, error: PageError, text: ProblemText = problemText(error)): Notice {
  const lines = problemLines(translator(look), error, text)
  return { lines, field: error.field ?? text.field, reference: error.reference }
}

/** An input of a form. */
export type Field = {
  id: FieldName
  label: string
  type: 'text' | 'email' | 'password' | 'tel'
  value?: string
  autocomplete: string
  inputmode?: string | undefined
  is_optional?: boolean
  is_readonly?: boolean
  /** The id of an element that describes the field. */
  hints?: string
}

/** The label of a field that takes identifiers of these kinds. */
export function identifierLabel(kinds: readonly IdentifierKind[]): MessageKey {
  const [has_email, has_username, has_phone] = (['email', 'username', 'phone_number'] as const).map((kind) =>
    kinds.includes(kind),
  )
  if (has_email) {
    if (has_username) return has_phone ? 'any_identifier' : 'email_or_username'
    return has_phone ? 'email_or_phone_number' : 'email'
  }
  if (has_phone) return has_username ? 'username_or_phone_number' : 'phone_number'
  return 'username'
}

/**
 * The field for what a user logs in with, as typed. Its type is text also where only e-mail addresses are expected: for an e-mail field
 * browsers rewrite international host names and refuse addresses that legacy stores accept.
 */
export function identifierField(look: Look, kinds: readonly IdentifierKind[], value: string): Field {
  const [only] = kinds
  const inputmodes = { email: 'email', phone_number: 'tel', username: undefined }
  return {
    id: 'username',
    label: translator(look)(identifierLabel(kinds)),
    type: 'text',
    value,
    autocomplete: 'username',
    inputmode: kinds.length === 1 && only !== undefined ? inputmodes[only] : undefined,
  }
}
