import { equalText, groupsOf } from './encodings.ts'
import type { Format } from './types.ts'

/** crypt(3) with DES: 13 characters; the first eight bytes of a password count, 7 bits of each. */
export const desCrypt: Format = {
  name: 'des-crypt',
  is_ambiguous: true,
  read(text) {
    const parts = groupsOf(/^([./0-9A-Za-z]{2})([./0-9A-Za-z]{11})$/, text)
    if (!parts) return undefined
    return {
      format: 'des-crypt',
      matches: (password, primitives) => equalText(primitives.desCrypt(password, parts[0]), parts[1]),
    }
  },
}
