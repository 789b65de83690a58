import type { ConnectionOptions } from '../contract/connection-options.ts'
import { Refusal } from '../contract/refusal.ts'
import { isBlankPassword } from '../passwords/normalize-password.ts'
import { checkPasswordLength } from '../passwords/passwords.ts'

/** One rule of a policy, in Auth0's format. */
export type PolicyRule = {
  message: string
  code: string
  format?: number[]
  items?: { message: string; code: string; verified: boolean }[]
  verified: boolean
}

type Level = { min_length: number; classes: number; of_three: boolean; no_repeats: boolean }

const levels = {
  none: { min_length: 1, classes: 0, of_three: false, no_repeats: false },
  low: { min_length: 6, classes: 0, of_three: false, no_repeats: false },
  fair: { min_length: 8, classes: 3, of_three: true, no_repeats: false },
  good: { min_length: 8, classes: 3, of_three: false, no_repeats: false },
  excellent: { min_length: 10, classes: 3, of_three: false, no_repeats: true },
} as const satisfies Record<string, Level>

const classes = [
  { message: 'lower case letters (a-z)', code: 'lowerCase', pattern: /\p{Ll}/u },
  { message: 'upper case letters (A-Z)', code: 'upperCase', pattern: /\p{Lu}/u },
  { message: 'numbers (i.e. 0-9)', code: 'numbers', pattern: /\p{Nd}/u },
  { message: 'special characters (e.g. !@#$%^&*)', code: 'specialCharacters', pattern: /[^\p{L}\p{Nd}]/u },
]

function levelOf(options: ConnectionOptions): Level {
  const level: Level = levels[options.passwordPolicy ?? 'good']
  return { ...level, min_length: options.password_complexity_options?.min_length ?? level.min_length }
}

/** The rules of a connection's policy, and whether a password satisfies each of them. Length is in characters. */
export function policyRules(options: ConnectionOptions, password: string): PolicyRule[] {
  const level = levelOf(options)
  const is_blank = isBlankPassword(password, options.password_normalization ?? {})
  const rules: PolicyRule[] = [
    {
      message: 'At least %d characters in length',
      format: [level.min_length],
      code: 'lengthAtLeast',
      verified: !is_blank && Array.from(password).length >= level.min_length,
    },
  ]
  if (level.classes > 0) {
    const counted_classes = level.of_three ? classes.slice(0, 3) : classes
    const items = counted_classes.map(({ message, code, pattern }) => ({
      message,
      code,
      verified: pattern.test(password),
    }))
    const enough = items.filter((item) => item.verified).length >= level.classes
    rules.push(
      level.of_three
        ? { message: 'Should contain:', code: 'shouldContain', items, verified: enough }
        : {
            message: 'Contain at least %d of the following %d types of characters:',
            format: [level.classes, counted_classes.length],
            code: 'containsAtLeast',
            items,
            verified: enough,
          },
    )
  }
  if (level.no_repeats) {
    rules.push({
      message: 'No more than %d identical characters in a row (e.g., "%s" not allowed)',
      format: [2],
      code: 'identicalChars',
      verified: !/(.)\1\1/su.test(password),
    })
  }
  return rules
}

function describeRule(rule: PolicyRule): string {
  const numbers = [...(rule.format ?? [])]
  return rule.message.replaceAll('%d', () => String(numbers.shift() ?? '')).replace('%s', 'aaa')
}

/** The policy as text: a list with one rule per line, character types indented. */
function describePasswordPolicy(options: ConnectionOptions): string {
  return policyRules(options, '')
    .flatMap((rule) => [`* ${describeRule(rule)}`, ...(rule.items ?? []).map((item) => `  * ${item.message}`)])
    .join('\n')
}

/**
 * Checks a new password against the connection's policy. The password of a user who moves is not checked.
 *
 * @throws {Refusal} `weak_password` with the rules in Auth0's format; `password_too_long`
 */
export function checkPasswordPolicy(options: ConnectionOptions, password: string): void {
  checkPasswordLength(password)
  const rules = policyRules(options, password)
  if (rules.every((rule) => rule.verified)) return
  throw new Refusal('weak_password', {
    body: {
      name: 'PasswordStrengthError',
      message: 'Password is too weak',
      code: 'invalid_password',
      description: { rules, verified: false },
      policy: describePasswordPolicy(options),
      statusCode: 400,
    },
  })
}
