import { equalText } from './encodings.ts'
import type { Format } from './types.ts'

const bits_31 = 0x7f_ff_ff_ff
const hex = (value: number): string => (value & bits_31).toString(16).padStart(8, '0')

function compute(password: Uint8Array): string {
  let [first, second, added] = [1_345_345_333, 0x12_34_56_71, 7]
  for (const byte of password) {
    if (byte === 0x20 || byte === 0x09) continue
    first ^= Math.imul((first & 63) + added, byte) + (first << 8)
    second = (second + ((second << 8) ^ first)) | 0
    added += byte
  }
  return hex(first) + hex(second)
}

/** OLD_PASSWORD() of MySQL: 16 hexadecimal digits, which look like others. Blanks and tabs do not count. */
export const mysqlOld: Format = {
  name: 'mysql-old',
  is_ambiguous: true,
  read(text) {
    if (!/^[0-9a-f]{16}$/i.test(text)) return undefined
    return { format: 'mysql-old', matches: (password) => equalText(compute(password), text.toLowerCase()) }
  },
}
