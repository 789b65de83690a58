const bytes = new DataView(new ArrayBuffer(8))
const sign_bit = 0x8000_0000

const hex = (word: number): string => word.toString(16).padStart(8, '0')

/** A number as 16 hexadecimal digits in the order of the numbers: its IEEE 754 form, with the sign inverted and a negative one inverted whole. */
export function sortableNumber(value: number): string {
  // 0 and -0 are equal.
  bytes.setFloat64(0, value === 0 ? 0 : value)
  const high = bytes.getUint32(0)
  const low = bytes.getUint32(4)
  if (high < sign_bit) return hex(high + sign_bit) + hex(low)
  return hex(~high >>> 0) + hex(~low >>> 0)
}
