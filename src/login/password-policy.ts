import type { ConnectionOptions } from '../contract/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import { checkPasswordLength } from '../passwords/passwords.ts'

/** One rule of a policy, in the shape that Auth0's clients read. */
export type PolicyRule = {
  message: string
  code: string
  format?: number[]
  items?: { message: string; code: string; verified: boolean }[]
  verified: boolean
}

type Level = { length: number; classes: number; ofThree: boolean; noRepeats: boolean }

const levels = {
  none: { length: 1, classes: 0, ofThree: false, noRepeats: false },
  low: { length: 6, classes: 0, ofThree: false, noRepeats: false },
  fair: { length: 8, classes: 3, ofThree: true, noRepeats: false },
  good: { length: 8, classes: 3, ofThree: false, noRepeats: false },
  excellent: { length: 10, classes: 3, ofThree: false, noRepeats: true },
} as const satisfies Record<string, Level>

const classes = [
  { message: 'lower case letters (a-z)', code: 'lowerCase', pattern: /\p{Ll}/u },
  { message: 'upper case letters (A-Z)', code: 'upperCase', pattern: /\p{Lu}/u },
  { message: 'numbers (i.e. 0-9)', code: 'numbers', pattern: /\p{Nd}/u },
  { message: 'special characters (e.g. !@#$%^&*)', code: 'specialCharacters', pattern: /[^\p{L}\p{Nd}]/u },
]

function levelOf(options: ConnectionOptions): Level {
  const level: Level = levels[options.passwordPolicy ?? 'good']
  return { ...level, length: options.password_complexity_options?.min_length ?? level.length }
}

/** The rules of a connection's policy, each with whether a password satisfies it. Length is in characters. */
export function policyRules(options: ConnectionOptions, password: string): PolicyRule[] {
  const level = levelOf(options)
  const rules: PolicyRule[] = [
    {
      message: 'At least %d characters in length',
      format: [level.length],
      code: 'lengthAtLeast',
      verified: Array.from(password).length >= level.length,
    },
  ]
  if (level.classes > 0) {
    const asked = level.ofThree ? classes.slice(0, 3) : classes
    const items = asked.map(({ message, code, pattern }) => ({ message, code, verified: pattern.test(password) }))
    const enough = items.filter((item) => item.verified).length >= level.classes
    rules.push(
      level.ofThree
        ? { message: 'Should contain:', code: 'shouldContain', items, verified: enough }
        : {
            message: 'Contain at least %d of the following %d types of characters:',
            format: [level.classes, asked.length],
            code: 'containsAtLeast',
            items,
            verified: enough,
          },
    )
  }
  if (level.noRepeats) {
    rules.push({
      message: 'No more than %d identical characters in a row (e.g., "%s" not allowed)',
      format: [2],
      code: 'identicalChars',
      verified: !/(.)\1\1/su.test(password),
    })
  }
  return rules
}

function sentence(rule: PolicyRule): string {
  const numbers = [...(rule.format ?? [])]
  return rule.message.replaceAll('%d', () => String(numbers.shift() ?? '')).replace('%s', 'aaa')
}

/** The policy as text: one bullet a line, the character types indented. */
export function describePasswordPolicy(options: ConnectionOptions): string {
  return policyRules(options, '')
    .flatMap((rule) => [`* ${sentence(rule)}`, ...(rule.items ?? []).map((item) => `  * ${item.message}`)])
    .join('\n')
}

/**
 * Holds a password that a person chooses here against the connection's policy. A legacy password that moves
 * is never held against it.
 *
 * @throws {Refusal} `weak_password` with the rules in Auth0's shape, `password_too_long`, or `invalid_request`
 *   for an empty one
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
