// Runs `work` on a connection of its own, as the technical user: a kept connection that the server closed would be opened again without
// that user, and would find no user.
async function asTechnicalUser(work) {
  const client = await connected()
  try {
    await client.bind(configuration.BIND_DN, configuration.BIND_PASSWORD)
  } catch (error) {
    close(client)
    if (error.code === 49) {
      throw new Error('the directory refuses BIND_DN and BIND_PASSWORD', { cause: error })
    }
    throw error
  }
  try {
    return await work(client)
  } finally {
    close(client)
  }
}

// The time limits of connecting (3 s) and of a request (4 s) end before the deadline of a script.
async function connected() {
  const { Client } = require('ldapts')
  const tlsOptions = configuration.LDAP_CA ? { ca: configuration.LDAP_CA } : {}
  const is_tls = configuration.LDAP_URL.toLowerCase().startsWith('ldaps:')
  const client = new Client({
    url: configuration.LDAP_URL,
    connectTimeout: 3000,
    timeout: 4000,
    ...(is_tls ? { tlsOptions } : {}),
  })
  await client.startTLS(tlsOptions) //? STARTTLS=yes
  return client
}

function close(client) {
  client.unbind().catch(() => {})
}

// Whether the directory accepts the password. Servers accept an empty one without a look at the user (RFC 4513, section 5.1.2).
async function passwordMatches(password, user) {
  if (password === '') return false
  const client = await connected()
  try {
    await client.bind(user ? user.dn : `cn=no such user,${configuration.BASE_DN}`, password)
    return true
  } catch (error) {
    if (error.code !== 49 && !(user === undefined && [32, 34].includes(error.code))) throw error
    return user !== undefined && bindProblem(error.message)
  } finally {
    close(client)
  }
}

// Values of filters are escaped by the driver.
function equal(attribute, value) {
  const { EqualityFilter } = require('ldapts')
  return new EqualityFilter({ attribute, value })
}

function both(filters) {
  const { AndFilter } = require('ldapts')
  return new AndFilter({ filters })
}

function either(filters) {
  const { OrFilter } = require('ldapts')
  return new OrFilter({ filters })
}

async function search(client, filter, sizeLimit) {
  const options = {
    scope: 'sub',
    filter,
    sizeLimit,
    attributes: read_attributes,
    explicitBufferAttributes: binary_attributes,
  }
  const { searchEntries } = await client.search(configuration.BASE_DN, options)
  return searchEntries.map(rowOf)
}

function rowsOf(typed) {
  const filter = both([person, either(found_by.map((attribute) => equal(attribute, typed)))])
  return asTechnicalUser((client) => search(client, filter, 20))
}

// The first value of an attribute; the driver answers an empty list for an attribute without a value.
function first(value) {
  return Array.isArray(value) ? value[0] : value
}

async function dnOf(client, id) {
  const [user] = await search(client, both([person, equal(id_attribute, idBytes(id))]), 2)
  return user?.dn
}

async function deleteUser(id) {
  await asTechnicalUser(async (client) => {
    const dn = await dnOf(client, id)
    if (dn !== undefined) await client.del(dn)
  })
}

async function setAttributes(id, values) {
  const { Attribute, Change } = require('ldapts')
  await asTechnicalUser(async (client) => {
    const changes = Object.entries(values).map(
      ([type, value]) => new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }),
    )
    await client.modify(await dnOf(client, id), changes)
  })
}

// The cursor is the number of the page: each page is read from the first one on, because a directory forgets the place with the connection.
async function pageAfter(cursor) {
  const page = Number(cursor ?? 0)
  return asTechnicalUser(async (client) => {
    const options = {
      scope: 'sub',
      filter: person,
      attributes: read_attributes,
      explicitBufferAttributes: binary_attributes,
    }
    let number = 0
    let rows = []
    for await (const { searchEntries } of client.searchPaginated(configuration.BASE_DN, {
      ...options,
      paged: { pageSize: 500 },
    })) {
      if (number === page) rows = searchEntries.map(rowOf)
      if (number > page && searchEntries.length > 0) return { rows, next: String(page + 1) }
      number += 1
    }
    return { rows, next: null }
  })
}
