import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

// Longer than a number of 15 digits with its separators.
const written_max = 40

/**
 * A phone number in E.164 (ITU-T E.164 section 6), the form in which numbers are compared and stored: `+44 (0)20 7946 0018` →
 * `+442079460018`. Undefined for a text without a country code, with letters or an extension, and for a number whose length the country does
 * not have.
 */
export function phoneNumber(text: string): string | undefined {
  const written = text.trim()
  if (written.length > written_max) return undefined
  const plain = written.normalize('NFKC')
  if (!/^\+[0-9\s()./\p{Pd}]+$/u.test(plain)) return undefined
  const parsed = parsePhoneNumberFromString(plain)
  return parsed?.isPossible() === true ? parsed.number : undefined
}
