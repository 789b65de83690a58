import type { Field } from './form-values.ts'
import type { Rule } from './password-rules.ts'

/** The two fields of a password that is chosen, described by the rules where there are any. */
export function newPasswordFields(
  label: string,
  repeat_label: string,
  rules: Rule[],
): { password: Field; password_repeat: Field } {
  const shared = { type: 'password', autocomplete: 'new-password' } as const
  const hints = rules.length > 0 ? { hints: 'rules' } : {}
  return {
    password: { id: 'password', label: label, ...shared, ...hints },
    password_repeat: { id: 'password_repeat', label: repeat_label, ...shared },
  }
}
