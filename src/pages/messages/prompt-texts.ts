import type { Message } from '../../base/message.ts'
import type { PromptName } from '../../contract/prompts.ts'
import { en, type MessageKey } from './en.ts'

/** Where a text is shown: Auth0's names of a prompt and of its screen. */
export type TextPlace = { prompt: PromptName; screen: string }

// By the beginning of the key; the first that fits counts.
const places: readonly [prefix: string, prompt: PromptName, screen: string][] = [
  ['login_', 'login', 'login'],
  ['signup_', 'signup', 'signup'],
  ['forgot_sent', 'reset-password', 'reset-password-email'],
  ['forgot_', 'reset-password', 'reset-password-request'],
  ['elsewhere', 'reset-password', 'reset-password-request'],
  ['reset_done', 'reset-password', 'reset-password-success'],
  ['reset_', 'reset-password', 'reset-password'],
  ['verify_', 'email-verification', 'email-verification-result'],
  ['consent_', 'consent', 'consent'],
  ['scope_', 'consent', 'consent'],
  ['logged_out_', 'logout', 'logout-complete'],
  ['logout_', 'logout', 'logout'],
]

/** Where a text is shown; one of several pages belongs to the prompt `common`. */
export function placeOf(key: MessageKey): TextPlace {
  const found = places.find(([prefix]) => key.startsWith(prefix))
  return found ? { prompt: found[1], screen: found[2] } : { prompt: 'common', screen: 'common' }
}

/** The keys of all texts. */
export const message_keys = Object.keys(en) as MessageKey[]

const placeholdersOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)

/** The names of the values that a text may contain. */
export function valuesOf(key: MessageKey): string[] {
  const message: Message = en[key]
  const forms = typeof message === 'string' ? [message] : Object.values(message)
  return [...new Set(forms.flatMap(placeholdersOf))]
}

/** The names in a text of a tenant's own that stand for no value of the default text. */
export function unknownValues(key: MessageKey, text: string): string[] {
  const known = valuesOf(key)
  return placeholdersOf(text).filter((name) => !known.includes(name))
}
