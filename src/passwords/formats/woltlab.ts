import { bcryptPassword } from './bcrypt.ts'
import { equalBytes, fromBcryptBase64, groupsOf, toBcryptBase64, utf8 } from './encodings.ts'
import { requireBcrypt } from './limits.ts'
import type { Format } from './types.ts'

/** WoltLab Suite's `DoubleBcrypt:` before a text of Burning Board 4. */
export const doubleBcrypt: Format = {
  name: 'double-bcrypt',
  read: (text, readInner) => (/^DoubleBcrypt:/i.test(text) ? woltlab.read(text.slice(13), readInner) : undefined),
}

/** WoltLab Suite and Burning Board 4: bcrypt of the printed bcrypt, with the same salt. Its text looks like plain bcrypt. */
export const woltlab: Format = {
  name: 'woltlab-4',
  is_ambiguous: true,
  read(text) {
    const parts = groupsOf(/^(\$2[abxy]\$(\d\d)\$([./A-Za-z0-9]{22}))([./A-Za-z0-9]{31})$/, text)
    if (!parts) return undefined
    const [setting, cost, salt_text, hash] = parts
    // Two hashes cost as much as one of the next cost.
    requireBcrypt('woltlab-4', Number(cost) + 1)
    const salt = fromBcryptBase64(salt_text)
    const expected = fromBcryptBase64(hash).subarray(0, 23)
    return {
      format: 'woltlab-4',
      async matches(password, { bcrypt }) {
        const inner = await bcrypt(bcryptPassword(password), salt, Number(cost))
        return equalBytes(await bcrypt(utf8(setting + toBcryptBase64(inner)), salt, Number(cost)), expected)
      },
    }
  },
}
