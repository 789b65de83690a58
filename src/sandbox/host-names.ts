import type dns from 'node:dns'
import { readFile } from 'node:fs/promises'
import { canonicalAddress } from './address-class.ts'

/** The host names that this machine knows by itself, and how it completes short names: hosts(5), resolv.conf(5). */
export type HostFiles = { hosts: Map<string, string[]>; search: string[]; ndots: number }

/** Reads the text of `/etc/hosts` and `/etc/resolv.conf`. */
export function parseHostFiles(hosts_text: string, resolv_text: string): HostFiles {
  const hosts = new Map<string, string[]>()
  for (const line of hosts_text.split('\n')) {
    const [first = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    const address = canonicalAddress(first)
    if (address === undefined) continue
    for (const name of names.map((each) => each.toLowerCase()))
      hosts.set(name, [...new Set([...(hosts.get(name) ?? []), address])])
  }
  const files: HostFiles = { hosts, search: [], ndots: 1 }
  for (const line of resolv_text.split('\n')) {
    const [keyword, ...values] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/)
    // The last `search` or `domain` counts.
    if (keyword === 'search' || keyword === 'domain') files.search = values
    const ndots = /\bndots:(\d+)/.exec(keyword === 'options' ? values.join(' ') : '')?.[1]
    if (ndots !== undefined) files.ndots = Math.min(15, Number(ndots))
  }
  return files
}

/** Reads the files of this machine; a file that cannot be read counts as empty. */
export async function readHostFiles(): Promise<HostFiles> {
  const read = (file: string) => readFile(file, 'utf8').catch(() => '')
  const [hosts, resolv] = await Promise.all([read('/etc/hosts'), read('/etc/resolv.conf')])
  return parseHostFiles(hosts, resolv)
}

/** The full names that a name stands for, in the order in which they are looked up. */
export function fullNames(name: string, { search, ndots }: HostFiles): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const completed = search.map((domain) => `${name}.${domain}`)
  const dots = name.split('.').length - 1
  return dots >= ndots ? [name, ...completed] : [...completed, name]
}

/** An error of a look-up with the code that the system's own resolver gives: ENOTFOUND, or EAI_AGAIN when it may succeed later. */
export function lookupError(code: 'ENOTFOUND' | 'EAI_AGAIN', name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ${code} ${name}`), { code })
}

const absent = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME', 'ENONAME'])

/** IPv4 and IPv6 addresses of one full name. Empty when it has none. @throws the error of the name server otherwise */
async function addressesOf(resolver: dns.promises.Resolver, name: string): Promise<string[]> {
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  if (found.length > 0) return found
  for (const answer of answers)
    if (answer.status === 'rejected' && !absent.has((answer.reason as NodeJS.ErrnoException).code ?? ''))
      throw answer.reason
  return []
}

/**
 * Looks a host name up as the system would: the hosts file, then the name servers, completed by the search list. It uses
 * no thread, unlike the system's own resolver, which blocks a thread for long while no name server answers.
 *
 * @param signal ends the look-up, besides `resolver.cancel()`, which ends the query that is open
 * @throws an error with the code ENOTFOUND or EAI_AGAIN
 */
export async function lookUpHost(
  resolver: dns.promises.Resolver,
  host: string,
  files: HostFiles,
  signal: AbortSignal,
): Promise<string[]> {
  const name = host.toLowerCase()
  const known = files.hosts.get(name.replace(/\.$/, ''))
  if (known) return known
  if (/(?:^|\.)localhost\.?$/.test(name)) return ['127.0.0.1', '::1']
  // Another spelling of an address (0x7f.1) is not a name: no name ends with a number.
  if (/(?:^|\.)(?:\d+|0x[\da-f]*)\.?$/.test(name)) throw lookupError('ENOTFOUND', host)
  let failed = false
  for (const full of fullNames(name, files)) {
    if (signal.aborted) throw lookupError('EAI_AGAIN', host)
    const found = await addressesOf(resolver, full).catch(() => {
      failed = true
      return []
    })
    if (found.length > 0) return found
  }
  throw lookupError(failed ? 'EAI_AGAIN' : 'ENOTFOUND', host)
}
