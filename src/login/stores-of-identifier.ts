import { domainToASCII } from 'node:url'
import { isNonEmpty, type NonEmpty } from '../base/non-empty.ts'
import type { Connection } from '../connections/connection.ts'

/** The connections at most that one page signs users in on. Others are named by the request's `connection`. */
export const stores_per_page = 5

const asciiDomain = (domain: string): string => domainToASCII(domain.trim().toLowerCase()) || domain.toLowerCase()

/**
 * Of several connections those in which the user of an identifier is looked up, in their order: for an e-mail address those that name its
 * domain, else those that name none. An identifier without a domain is looked up in all.
 */
export function storesOfIdentifier(connections: NonEmpty<Connection>, identifier: string): NonEmpty<Connection> {
  const at = identifier.lastIndexOf('@')
  if (connections.length === 1 || at === -1) return connections
  const domain = asciiDomain(identifier.slice(at + 1))
  const domainsOf = ({ options }: Connection): string[] => options.domain_aliases ?? []
  const named = connections.filter((each) => domainsOf(each).some((alias) => asciiDomain(alias) === domain))
  if (isNonEmpty(named)) return named
  const open = connections.filter((each) => domainsOf(each).length === 0)
  return isNonEmpty(open) ? open : connections
}
