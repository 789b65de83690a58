// LDAP directories, by `ldapts`. Each call opens a connection of its own: a kept connection that the server closed would be opened again
// without the technical user, and would find no user.
'use strict'

const connect_ms = 3000
const request_ms = 4000
const page_size = 500

// The codes of RFC 4511, appendix A.
const no_such_object = 32
const invalid_dn_syntax = 34
const invalid_credentials = 49

/**
 * A directory at an address of `ldaps://` or `ldap://`.
 *
 * @param options `ca` (PEM), `start_tls`, and the technical user: `bind_dn`, `bind_password`
 */
function openDirectory(requireFromTree, url, { ca, start_tls = false, bind_dn, bind_password }) {
  const { AndFilter, Attribute, Change, Client, EqualityFilter, OrFilter } = requireFromTree('ldapts')
  const tlsOptions = ca ? { ca } : {}
  const is_tls = /^ldaps:/i.test(url)

  const close = (client) => client.unbind().catch(() => {})

  /** Runs `work` on a connection, which is closed afterwards. */
  async function connected(work) {
    const client = new Client({ url, connectTimeout: connect_ms, timeout: request_ms, ...(is_tls && { tlsOptions }) })
    try {
      if (start_tls) await client.startTLS(tlsOptions)
      return await work(client)
    } finally {
      close(client)
    }
  }

  /** Runs `work` with a client of `ldapts` that is bound as the technical user. */
  function asTechnicalUser(work) {
    return connected(async (client) => {
      await client.bind(bind_dn, bind_password).catch((error) => {
        if (error.code !== invalid_credentials) throw error
        throw new Error('the directory refuses the name or the password of the technical user', { cause: error })
      })
      return await work(client)
    })
  }

  /** Whether the directory accepts the password, and its message where it does not, in which Active Directory gives the reason. */
  async function checkPassword(dn, password) {
    // Servers accept an empty password without a look at the user (RFC 4513, section 5.1.2).
    if (password === '') return { accepted: false, message: '' }
    try {
      await connected((client) => client.bind(dn, password))
      return { accepted: true, message: '' }
    } catch (error) {
      const { code, message } = error
      if (![no_such_object, invalid_dn_syntax, invalid_credentials].includes(code)) throw error
      return { accepted: false, message }
    }
  }

  const searchOptions = ({ filter, attributes, binary = [] }) => ({
    scope: 'sub',
    filter,
    attributes,
    explicitBufferAttributes: binary,
  })

  /** Up to 20 entries that the filter matches. */
  function search(base, request) {
    return asTechnicalUser(async (client) => {
      const { searchEntries } = await client.search(base, { ...searchOptions(request), sizeLimit: 20 })
      return searchEntries
    })
  }

  /** A page of entries, from 0. Each is read from the first one on, because a directory forgets the place with the connection. */
  function page(base, request, number) {
    return asTechnicalUser(async (client) => {
      const options = { ...searchOptions(request), paged: { pageSize: page_size } }
      let at = 0
      let entries = []
      for await (const { searchEntries } of client.searchPaginated(base, options)) {
        if (at === number) entries = searchEntries
        if (at > number && searchEntries.length > 0) return { entries, next: number + 1 }
        at += 1
      }
      return { entries, next: null }
    })
  }

  /** Sets attributes of an entry to one value each. */
  async function replace(dn, values) {
    const changes = Object.entries(values).map(
      ([type, value]) => new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }),
    )
    await asTechnicalUser((client) => client.modify(dn, changes))
  }

  return {
    // Filters, whose values the driver escapes.
    equal: (attribute, value) => new EqualityFilter({ attribute, value }),
    all: (filters) => new AndFilter({ filters }),
    any: (filters) => new OrFilter({ filters }),
    asTechnicalUser,
    checkPassword,
    search,
    page,
    replace,
    remove: (dn) => asTechnicalUser((client) => client.del(dn)),
  }
}

module.exports = { openDirectory }
