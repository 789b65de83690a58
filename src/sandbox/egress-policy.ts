import ipaddr from 'ipaddr.js'
import { addressClass, canonicalAddress, reachedAddresses, type AddressClass } from './address-class.ts'
import type { EgressPolicy, HostPort } from './egress-types.ts'

/** The target that a script named (`host` as it wrote it) and the one address that it would be connected to. */
export type EgressTarget = { host: string; port: number; address: string }

/** Whether a connection may be opened, and if not, why, naming the address and the setting. */
export type EgressVerdict = { allowed: true } | { allowed: false; message: string }

/** The targets that a script may reach only through an entry in its allow list (`reserved`), or not at all (`never`). */
export type RestrictedTargets = {
  /** Wherry's own store and ports, by name and by address. */
  reserved: HostPort[]
  /** `host:port` or CIDR. */
  never: string[]
  /** The addresses of this machine's network interfaces. */
  machine: string[]
}

const default_setting = 'options.egress.allow'
const tenants_setting = 'WHERRY_EGRESS_PRIVATE_TENANTS'
// No script needs these. At metadata addresses, clouds serve the credentials of the machine.
const never_classes = new Set<AddressClass>(['link-local', 'metadata', 'multicast', 'broadcast'])
const descriptions: Partial<Record<AddressClass, string>> = {
  private: 'it is an address of a private network',
  machine: 'it is an address of this machine',
}

/** The canonical form of `host`, in which hosts are compared: lower case, no last dot, canonical when it is an address. */
function canonicalHost(host: string): string {
  const lower = host.trim().toLowerCase().replace(/\.$/, '')
  return canonicalAddress(lower) ?? lower
}

/** Reads `host:port` or `[v6]:port`; undefined when it is neither or the port is not 1 to 65535. */
export function readHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s/]+)):(\d{1,5})$/.exec(text.trim())
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || port < 1 || port > 65_535) return undefined
  if (match?.[1] !== undefined && canonicalAddress(match[1]) === undefined) return undefined
  return { host: canonicalHost(host), port }
}

/** `host:port` for messages and settings, with brackets around IPv6. */
export function writeHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function lists(entries: string[], host: string, port: number): boolean {
  return entries.some((entry) => {
    const read = readHostPort(entry)
    return read !== undefined && read.port === port && read.host === host
  })
}

function inCidr(address: string, cidr: string): boolean {
  if (!cidr.includes('/') || !ipaddr.isValidCIDR(cidr)) return false
  const [range, bits] = ipaddr.parseCIDR(cidr)
  const parsed = ipaddr.parse(address)
  return parsed.kind() === range.kind() && parsed.match(range, bits)
}

/**
 * The refusal of a host that an allow-list does not list, before its name is looked up: a DNS query would disclose the
 * name. Undefined where the address decides.
 */
export function refuseUnlisted(policy: EgressPolicy, given_host: string, port: number): string | undefined {
  const host = canonicalHost(given_host)
  if (policy.mode === 'open' || lists(policy.allow, host, port)) return undefined
  const named = writeHostPort(host, port)
  const { setting = default_setting } = policy
  return `connection to ${named} refused: ${setting} does not list it. ${addHint(setting, [named])}`
}

// The form of `addHint`.
const hinted_entries = /\. To allow it, add ((?:"[^"]+"(?: and )?)+) to [\w.]+$/

const addHint = (setting: string, entries: readonly string[]): string =>
  `To allow it, add ${entries.map((entry) => `"${entry}"`).join(' and ')} to ${setting}`

/** The entries of the allow-list that would allow what this message of a refusal refuses; none where no entry can. */
export function entriesToAllow(message: string): string[] {
  const [, listed = ''] = hinted_entries.exec(message) ?? []
  return [...listed.matchAll(/"([^"]+)"/g)].flatMap(([, entry = '']) => (readHostPort(entry) ? [entry] : []))
}

const operator_hint = `Only tenants that the operator lists in ${tenants_setting} can allow it.`
const noEntryHint = (setting: string): string => `No entry of ${setting} can open it.`

const describe = (kind: AddressClass): string => descriptions[kind] ?? `it is a ${kind} address`

/**
 * The reason why an entry of an allow-list has no effect: its address is never allowed, or it is allowed only with `private_networks`,
 * which the policy does not have. Undefined for any other entry, also for a host name, whose address is checked at each connection.
 */
export function entryRefusal(entry: string, private_networks: boolean): string | undefined {
  const host = readHostPort(entry)?.host ?? ''
  const address = canonicalAddress(host === 'localhost' ? '127.0.0.1' : host)
  if (address === undefined) return undefined
  const kind = addressClass(address)
  if (never_classes.has(kind)) return `${describe(kind)}. ${noEntryHint(default_setting)}`
  return kind === 'ordinary' || private_networks ? undefined : `${describe(kind)}. ${operator_hint}`
}

/**
 * Allows or refuses one connection; resolves nothing and opens nothing.
 * - Link-local, metadata, multicast and broadcast addresses, and what `never` lists, are never allowed.
 * - This machine (loopback, unspecified, its interfaces' addresses), private networks (RFC 1918, RFC 6598, RFC 4193) and
 *   Wherry's own store and ports need an entry in `policy.allow` for the host as given, and a policy with
 *   `private_networks`. A name other than `localhost` that leads to this machine needs its address listed too, because the
 *   owner of the name can point it anywhere.
 * A refusal's message names the address and the setting.
 */
export function decideEgress(policy: EgressPolicy, target: EgressTarget, restricted: RestrictedTargets): EgressVerdict {
  const host = canonicalHost(target.host)
  const address = canonicalAddress(target.address)
  const { port } = target
  const { setting = default_setting } = policy
  const no_entry_hint = noEntryHint(setting)
  const refuse = (why: string, how: string): EgressVerdict => ({
    allowed: false,
    message: `connection to ${writeHostPort(host, port)}${address !== undefined && address !== host ? ` (${address})` : ''} refused: ${why}. ${how}`,
  })
  if (address === undefined) return refuse('it has no address', `Check the host name.`)
  const lists_host = lists(policy.allow, host, port)
  const lists_address = lists(policy.allow, address, port)
  const reached = reachedAddresses(address)

  const forbidden =
    lists(restricted.never, host, port) ||
    reached.some((each) => lists(restricted.never, each, port) || restricted.never.some((entry) => inCidr(each, entry)))
  if (forbidden) return refuse('the operator of this server lets no script reach it', no_entry_hint)
  const kind = addressClass(address, restricted.machine)
  if (never_classes.has(kind)) return refuse(describe(kind), no_entry_hint)

  const add = (...entries: string[]) => addHint(setting, entries)
  const is_reserved = restricted.reserved.some(
    (entry) => entry.port === port && [host, ...reached].includes(canonicalHost(entry.host)),
  )
  if (is_reserved || kind !== 'ordinary') {
    const why = is_reserved ? 'it belongs to this server itself' : describe(kind)
    if (!policy.private_networks) return refuse(why, operator_hint)
    const trusted_name =
      host === address || host === 'localhost' || lists_address || (kind === 'private' && !is_reserved)
    if (lists_host && trusted_name) return { allowed: true }
    return refuse(why, add(writeHostPort(host, port), ...(trusted_name ? [] : [writeHostPort(address, port)])))
  }
  if (policy.mode === 'open' || lists_host) return { allowed: true }
  return refuse(`${setting} does not list it`, add(writeHostPort(host, port)))
}
