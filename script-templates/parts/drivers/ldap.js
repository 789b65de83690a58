const directory = require('legacy-store').directory(configuration.LDAP_URL, {
  ca: configuration.LDAP_CA, //? LDAP_CA
  start_tls: true, //? STARTTLS=yes
  bind_dn: configuration.BIND_DN,
  bind_password: configuration.BIND_PASSWORD,
})

async function passwordMatches(password, user) {
  const dn = user ? user.dn : `cn=no such user,${configuration.BASE_DN}`
  const { accepted, message } = await directory.checkPassword(dn, password)
  return user !== undefined && (accepted || bindProblem(message, user))
}

async function rowsOf(typed) {
  const filter = directory.all([person, directory.any(found_by.map((name) => directory.equal(name, typed)))])
  return (await directory.search(configuration.BASE_DN, { ...read, filter })).map(rowOf)
}

async function dnOf(id) {
  const filter = directory.all([person, directory.equal(id_attribute, idBytes(id))])
  const [entry] = await directory.search(configuration.BASE_DN, { ...read, filter })
  return entry?.dn
}

async function deleteUser(id) {
  const dn = await dnOf(id)
  if (dn !== undefined) await directory.remove(dn)
}

// The cursor is the number of the page.
async function pageAfter(cursor) {
  const { entries, next } = await directory.page(
    configuration.BASE_DN,
    { ...read, filter: person },
    Number(cursor ?? 0),
  )
  return { rows: entries.map(rowOf), next: next === null ? null : String(next) }
}

// The directory hashes passwords.
function hashPassword(password) {
  return { password }
}
