import ipaddr from 'ipaddr.js'

/** The kind of host that an address belongs to; only `ordinary` ones need no entry in an allow-list. */
export type AddressClass =
  | 'ordinary'
  | 'loopback'
  | 'unspecified'
  | 'link-local'
  | 'metadata'
  | 'multicast'
  | 'broadcast'

const metadata_addresses = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
])

const classes: Record<string, AddressClass> = {
  loopback: 'loopback',
  unspecified: 'unspecified',
  linkLocal: 'link-local',
  multicast: 'multicast',
  broadcast: 'broadcast',
}

/** The IPv4 address that an IPv6 address embeds, where a gateway or the system would connect to it. */
function embeddedV4(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  if (address.isIPv4MappedAddress()) return address.toIPv4Address()
  const bytes = address.toByteArray()
  const at = (start: number) => new ipaddr.IPv4(bytes.slice(start, start + 4))
  const starts = (...prefix: number[]) => prefix.every((byte, index) => bytes[index] === byte)
  if (starts(0x20, 0x02)) return at(2)
  // NAT64 with the well-known prefix (RFC 6052) and the local one (RFC 8215), and SIIT (RFC 2765).
  if (starts(0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0) || starts(0, 0x64, 0xff, 0x9b, 0, 1)) return at(12)
  if (starts(0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0)) return at(12)
  if (
    starts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) &&
    bytes.slice(12).join('.') !== '0.0.0.1' &&
    bytes.slice(12).join('.') !== '0.0.0.0'
  )
    return at(12)
  return undefined
}

/** The canonical form of an address (v4-mapped as IPv4, no zone), or undefined when `text` is none. */
export function canonicalAddress(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '')
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return bare
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return undefined
  const address = ipaddr.IPv6.parse(bare)
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toString()
}

/** The class of a canonical address; an IPv6 address that embeds an IPv4 one has the class of the latter. */
export function addressClass(canonical: string): AddressClass {
  if (metadata_addresses.has(canonical)) return 'metadata'
  const address = ipaddr.parse(canonical)
  if (address instanceof ipaddr.IPv6) {
    const inner = embeddedV4(address)
    if (inner) return addressClass(inner.toString())
  }
  const range = address.range()
  return (canonical.startsWith('0.') ? 'unspecified' : classes[range]) ?? 'ordinary'
}
