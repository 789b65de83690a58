import ipaddr from 'ipaddr.js'

/** The kind of host that an address belongs to; only `ordinary` ones need no entry in an allow-list. */
export type AddressClass =
  | 'ordinary'
  | 'private'
  | 'machine'
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
  private: 'private',
  carrierGradeNat: 'private',
  uniqueLocal: 'private',
  loopback: 'loopback',
  unspecified: 'unspecified',
  linkLocal: 'link-local',
  multicast: 'multicast',
  broadcast: 'broadcast',
}

// Where a local NAT64 prefix (RFC 8215) may embed the IPv4 address, by its length: 48, 56, 64 or 96 bits (RFC 6052 section 2.2).
const nat64_positions = [
  [6, 7, 9, 10],
  [7, 9, 10, 11],
  [9, 10, 11, 12],
  [12, 13, 14, 15],
]

/** The IPv4 addresses that a gateway or the system may connect to for an IPv6 address. */
function embeddedV4(address: ipaddr.IPv6): string[] {
  const bytes = address.toByteArray()
  const at = (positions: number[]) => positions.map((position) => bytes[position] ?? 0).join('.')
  const starts = (...prefix: number[]) => prefix.every((byte, index) => bytes[index] === byte)
  const last = at([12, 13, 14, 15])
  if (starts(0x20, 0x02)) return [at([2, 3, 4, 5])]
  if (starts(0, 0x64, 0xff, 0x9b, 0, 1)) {
    // The length of the prefix is unknown here: every position that holds the address of a host counts.
    const readings = nat64_positions.map(at).filter((reading) => !reading.startsWith('0.'))
    return readings.length > 0 ? readings : [last]
  }
  // NAT64 with the well-known prefix (RFC 6052), and SIIT (RFC 2765).
  if (starts(0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0)) return [last]
  if (starts(0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0)) return [last]
  if (starts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) && last !== '0.0.0.1' && last !== '0.0.0.0') return [last]
  return []
}

/** The addresses that a connection to this canonical address may reach: itself, and IPv4 addresses that it embeds. */
export function reachedAddresses(canonical: string): string[] {
  const address = ipaddr.parse(canonical)
  return address instanceof ipaddr.IPv6 ? [canonical, ...embeddedV4(address)] : [canonical]
}

/** The canonical form of an address (v4-mapped as IPv4, no zone), or undefined when `text` is none. */
export function canonicalAddress(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '')
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return bare
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return undefined
  const address = ipaddr.IPv6.parse(bare)
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toString()
}

function ownClass(canonical: string, machine: readonly string[]): AddressClass {
  if (metadata_addresses.has(canonical)) return 'metadata'
  const kind = canonical.startsWith('0.') ? 'unspecified' : (classes[ipaddr.parse(canonical).range()] ?? 'ordinary')
  // Site-local addresses (RFC 3879) are deprecated, and still routed within some networks.
  const is_private = kind === 'private' || /^fe[c-f]/.test(canonical)
  if ((kind === 'ordinary' || is_private) && machine.includes(canonical)) return 'machine'
  return kind === 'ordinary' && is_private ? 'private' : kind
}

/**
 * The class of a canonical address; an IPv6 address that embeds an IPv4 one has the class of the latter, unless its own is
 * more restricted.
 *
 * @param machine the addresses of this machine, canonical
 */
export function addressClass(canonical: string, machine: readonly string[] = []): AddressClass {
  const found = reachedAddresses(canonical).map((address) => ownClass(address, machine))
  const special = found.find((kind) => kind !== 'ordinary' && kind !== 'private')
  return special ?? found.find((kind) => kind !== 'ordinary') ?? 'ordinary'
}
