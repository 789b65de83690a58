import { canonicalIdentifier, identifierProblem } from '../base/canonical-identifier.ts'
import { Refusal } from '../contract/refusal.ts'

// One @, and only characters that are displayed.
const email_form = /^[^\s@<>(),;:"\\[\]\p{C}]+@[^\s@<>(),;:"\\[\]\p{C}]+$/u

/** The e-mail address of an admin in canonical form. @throws {Refusal} `invalid_body` */
export function checkedAddress(text: string): string {
  const email = identifierProblem(text) === undefined ? canonicalIdentifier(text) : ''
  if (!email_form.test(email)) throw new Refusal('invalid_body', { message: 'This is not an e-mail address.' })
  return email
}
