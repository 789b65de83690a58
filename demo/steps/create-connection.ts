import { readFileSync } from 'node:fs'
import { connection_name, type DemoContext, type RunningServers } from '../demo-context.ts'
import { textAt, valueAt } from '../json-path.ts'
import { callManagementApi } from '../management-api.ts'
import { sendRequest } from '../send-request.ts'

function script(name: string): string {
  return readFileSync(new URL(`../scripts/${name}.js`, import.meta.url), 'utf8')
}

/** Gets a token for the Management API with the client of the first start. */
async function requestToken({ report, wherry }: RunningServers): Promise<string> {
  const response = await sendRequest(`${wherry.issuer}oauth/token`, {
    method: 'POST',
    json: {
      grant_type: 'client_credentials',
      client_id: wherry.management_client_id,
      client_secret: wherry.management_client_secret,
      audience: wherry.management_audience,
    },
  })
  report.step({
    subject: 'POST /oauth/token',
    action: 'management',
    result: String(response.status),
    ms: response.ms,
    checks: { status: { actual: response.status, expected: 200 } },
  })
  const token = textAt(response.body, 'access_token')
  if (token === '') throw new Error(`No token for the Management API: ${response.text}`)
  return token
}

/** Creates a client, and a connection to the legacy store in import mode. */
export async function createConnection(servers: RunningServers): Promise<DemoContext> {
  const { report, store, wherry } = servers
  report.section('A connection to the legacy table')
  report.paragraph(
    'An engineer describes the legacy store to Wherry once: two scripts (login and get_user, as in Auth0), the URL of ' +
      'the database, and the one host and port that the scripts may connect to.',
  )
  const token = await requestToken(servers)
  const client = await callManagementApi({ wherry, token }, 'clients', {
    method: 'POST',
    json: { name: 'Shop', app_type: 'native', token_endpoint_auth_method: 'none', grant_types: ['password'] },
  })
  const client_id = textAt(client.body, 'client_id')
  const created = `${client.status} created`
  report.step({ subject: 'POST /api/v2/clients', action: 'application', result: created, ms: client.ms })
  const connection = await callManagementApi({ wherry, token }, 'connections', {
    method: 'POST',
    json: {
      name: connection_name,
      strategy: 'auth0',
      enabled_clients: [client_id],
      options: {
        enabledDatabaseCustomization: true,
        import_mode: true,
        id_namespace: connection_name,
        customScripts: { login: script('login'), get_user: script('get_user') },
        configuration: { DATABASE_URL: store.url },
        egress: { mode: 'allow_list', allow: [`127.0.0.1:${store.port}`] },
      },
    },
  })
  const sealed_url = textAt(connection.body, 'options', 'configuration', 'DATABASE_URL')
  report.step({
    subject: 'POST /api/v2/connections',
    action: 'import mode',
    result: `${connection.status} created`,
    ms: connection.ms,
    checks: {
      'import mode': { actual: valueAt(connection.body, 'options', 'import_mode'), expected: true },
      'URL of the database sealed': {
        actual: sealed_url !== '' && !sealed_url.includes(String(store.port)),
        expected: true,
      },
    },
  })
  report.paragraph(`The URL is encrypted in Wherry's store. The API returns it as ${sealed_url.slice(0, 24)}….`)
  const connection_id = textAt(connection.body, 'id')
  return { ...servers, token, client_id, connection_id, options: valueAt(connection.body, 'options') }
}
