import type { Chapter } from '../chapter.ts'
import { textMember } from '../json.ts'
import { legacy_password, legacyOptions, legacyScripts } from '../legacy-scripts.ts'

/** Connections through the Management API: their options, their clients, their deletion. */
export const connections: Chapter = {
  name: 'connections',
  async run(tour) {
    const client = await tour.createClient()
    const other = await tour.createClient({ name: 'Other' })
    const { manage } = tour
    const clients = [client.client_id]

    const made = await manage('a connection with its defaults', 'POST', 'connections', {
      name: 'users',
      strategy: 'auth0',
    })
    const users = textMember(made.json, 'id')
    const imported = await manage('a connection in import mode', 'POST', 'connections', {
      name: 'legacy',
      strategy: 'auth0',
      display_name: 'The legacy store',
      realms: ['legacy', 'old'],
      metadata: { team: 'shop' },
      enabled_clients: clients,
      options: legacyOptions(),
    })
    const legacy = textMember(imported.json, 'id')
    const sealed = /"PASSWORD":"([^"]+)"/.exec(imported.text)?.[1] ?? ''
    await manage('the name is taken', 'POST', 'connections', { name: 'users', strategy: 'auth0' })
    await manage('another strategy', 'POST', 'connections', { name: 'social', strategy: 'google-oauth2' })
    await manage('an unknown option', 'POST', 'connections', { name: 'odd', strategy: 'auth0', options: { odd: 1 } })
    await manage('import mode without a login script', 'POST', 'connections', {
      name: 'odd',
      strategy: 'auth0',
      options: legacyOptions({ customScripts: { get_user: legacyScripts.get_user } }),
    })

    await manage('the connections', 'GET', 'connections?strategy=auth0', undefined, { unordered: [''] })
    await manage('the connections with totals', 'GET', 'connections?include_totals=true&per_page=10', undefined, {
      unordered: ['connections'],
    })
    await manage('the connection with a name', 'GET', 'connections?name=legacy')
    await manage('a connection', 'GET', `connections/${legacy}`)
    await manage('chosen properties', 'GET', `connections/${legacy}?fields=name,strategy`)
    await manage('an unknown connection', 'GET', 'connections/con_unknown')
    const login = { client, realm: 'old', username: 'dora@legacy.example', password: legacy_password }
    await tour.login('a user moves through another realm', login)
    await manage('sealed configuration that is sent back', 'PATCH', `connections/${legacy}`, {
      options: legacyOptions({ configuration: { PASSWORD: sealed, OTHER: 'other' } }),
    })
    await tour.login('the sealed configuration is unchanged', { ...login, username: 'ada@legacy.example' })
    await manage('import mode is turned off although users have moved', 'PATCH', `connections/${legacy}`, {
      options: legacyOptions({ import_mode: false, enabledDatabaseCustomization: false }),
    })
    await manage('a change of an unknown connection', 'PATCH', 'connections/con_unknown', { display_name: 'x' })

    const login_versions = `connections/${legacy}/scripts/login/versions`
    await manage('another login script', 'PATCH', `connections/${legacy}`, {
      options: legacyOptions({ customScripts: { ...legacyScripts, login: legacyScripts.get_user } }),
    })
    await manage('the versions of the login script', 'GET', login_versions)
    await manage('a version with its source', 'GET', `${login_versions}/1`)
    await manage('an earlier version is restored', 'POST', `${login_versions}/1/restore`)
    await manage('an unknown version', 'GET', `${login_versions}/2`)

    const dora = ['dora@legacy.example', legacy_password]
    await manage('the login script is tried', 'POST', `connections/${legacy}/scripts/login/try`, { arguments: dora })
    await manage('a draft is tried', 'POST', `connections/${legacy}/scripts/get_user/try`, {
      arguments: ['dora@legacy.example'],
      source: '(email, callback) => callback(new Error(`${email} is not here`))',
    })
    await manage('a script that writes is tried', 'POST', `connections/${legacy}/scripts/delete/try`, {
      arguments: ['dora'],
      source: '(id, callback) => callback(null)',
    })

    await manage(
      'a connection without the address of a database is inspected',
      'POST',
      `connections/${legacy}/inspect`,
      {},
    )

    const enabled = [
      { client_id: client.client_id, status: true },
      { client_id: other.client_id, status: true },
    ]
    await manage('clients are enabled', 'PATCH', `connections/${users}/clients`, enabled, { unordered: ['after'] })
    await manage('the clients of a connection', 'GET', `connections/${users}/clients`, undefined, {
      unordered: ['clients'],
    })
    await manage('a client is disabled', 'PATCH', `connections/${users}/clients`, [
      { client_id: other.client_id, status: false },
    ])
    await manage('the connections of a client', 'GET', `clients/${client.client_id}/connections`, undefined, {
      unordered: ['connections'],
    })
    await manage('the connections of an unknown client', 'GET', 'clients/unknown/connections')

    await manage('the user of an address is deleted', 'DELETE', `connections/${legacy}/users?email=ada@legacy.example`)
    await manage(
      'the user of an unknown address is deleted',
      'DELETE',
      `connections/${legacy}/users?email=unknown@legacy.example`,
    )
    await manage('the connection is deleted', 'DELETE', `connections/${legacy}`)
    await tour.login('a login on a deleted connection', login)
    await manage('the deleted connection', 'GET', `connections/${legacy}`)
    await manage('the user of a deleted connection, once it is gone', 'GET', 'users/auth0%7Cdora', undefined, {
      until: ({ status }) => status === 404,
    })
    await manage('the connection is deleted again', 'DELETE', `connections/${legacy}`)
  },
}
