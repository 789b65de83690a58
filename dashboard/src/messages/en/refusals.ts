import type { PatternName } from '../../../../src/contract/patterns.ts'
import { number, plural } from '../plural'

const count = (value: number): string => number('en', value)
const characters = (value: number): string =>
  plural('en', value, { one: '1 character', other: `${count(value)} characters` })
const entries = (value: number): string => plural('en', value, { one: '1 entry', other: `${count(value)} entries` })

/** What the server refuses, and what is wrong with a text at its field. */
export const refusals = {
  /** What a pattern asks for. The server's own texts are English. */
  pattern: (_pattern: PatternName, meaning: string): string => meaning,
  /** What a problem says. The server's own texts are English. */
  problem: (_code: string, message: string): string => message,
  /** What is wrong with a property that has no field on the page. */
  ofProperty: (property: string, text: string) => `${property}: ${text}`,
  tooShort: (limit: number) => (limit === 1 ? 'Fill this field in' : `At least ${characters(limit)}`),
  tooLong: (limit: number) => `At most ${characters(limit)}`,
  tooFew: (limit: number) => `At least ${entries(limit)}`,
  tooMany: (limit: number) => `At most ${entries(limit)}`,
  tooSmall: (limit: number) => `At least ${count(limit)}`,
  tooLarge: (limit: number) => `At most ${count(limit)}`,
  weakPassword: (rules: string) => `The password is too weak. It needs: ${rules}`,
  rules: {
    lengthAtLeast: (limit: number, _kinds: string) => `at least ${characters(limit)}`,
    shouldContain: (_limit: number, kinds: string) => kinds,
    containsAtLeast: (limit: number, kinds: string) => `characters of ${count(limit)} kinds (missing so far: ${kinds})`,
    identicalChars: (limit: number, _kinds: string) => `at most ${characters(limit)} in a row that are the same`,
  },
  characters: {
    lowerCase: 'small letters',
    upperCase: 'capital letters',
    numbers: 'digits',
    specialCharacters: 'special characters such as ! or #',
  },
}
