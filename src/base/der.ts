// DER, the one encoding of ASN.1 that certificates are signed in (X.690): writing only.

/** Answers one element: tag, length in its shortest form (X.690 section 8.1), content. */
export function element(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const digits = content.length.toString(16)
  const length = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content])
}

/** Answers a SEQUENCE. */
export function sequence(...contents: Uint8Array[]): Buffer {
  return element(0x30, ...contents)
}

/** Answers an INTEGER from the hex digits of a number that is not negative. */
export function integer(hex: string): Buffer {
  const digits = hex.replace(/^(?:00)+(?=..)/, '')
  // A leading zero byte keeps the number positive when its first bit is set.
  return element(0x02, Buffer.from(Number.parseInt(digits.slice(0, 2), 16) >= 0x80 ? `00${digits}` : digits, 'hex'))
}

/** Answers a BIT STRING; `unused` is how many bits of the last byte do not count. */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return element(0x03, Buffer.from([unused]), bytes)
}

/** Answers an OCTET STRING. */
export function octetString(bytes: Uint8Array): Buffer {
  return element(0x04, bytes)
}

/** Answers the BOOLEAN TRUE; DER leaves a default FALSE out. */
export function booleanTrue(): Buffer {
  return element(0x01, Buffer.from([0xff]))
}

/** Answers an OBJECT IDENTIFIER from its dotted form (X.690 section 8.19). */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return element(0x06, Buffer.from(bytes))
}

/** Answers a moment as certificates hold it (RFC 5280 section 4.1.2.5): two-digit years to 2049, whole seconds. */
export function certificateTime(at_ms: number): Buffer {
  const digits = new Date(at_ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return Number(digits.slice(0, 4)) < 2050
    ? element(0x17, Buffer.from(digits.slice(2)))
    : element(0x18, Buffer.from(digits))
}

/** Answers a distinguished name with a common name only. */
export function commonName(name: string): Buffer {
  return sequence(element(0x31, sequence(objectIdentifier('2.5.4.3'), element(0x0c, Buffer.from(name)))))
}
