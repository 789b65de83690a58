// Markup in each field that a legacy store, a script, a user, an admin or a log can fill.
import type { fillTenant } from './dashboard-tenant.ts'
import { loadDirectory } from './load-directory.ts'
import type { TestServer } from './test-server.ts'

/** Text that would run as a script wherever it is not shown as text. */
export const markup = '<img src=x onerror="alert(1)">'

const code = `// </textarea></script><script>alert(1)</script>\nexports.onExecutePostLogin = async () => {}`
const rule = `function (user, context, callback) { // </script><script>alert(1)</script>\n callback(null, user, context) }`

const login = `function login(email, password, callback) {
  console.log('</pre><script>alert(1)</script>')
  callback(new Error(${JSON.stringify(markup)}))
}`

/** Fills a tenant of `fillTenant`. From then on, each login that asks the legacy store fails. */
export async function fillWithMarkup(
  server: TestServer,
  tenant: Awaited<ReturnType<typeof fillTenant>>,
): Promise<void> {
  const { client, connection_id } = tenant
  await server.must('PATCH', `clients/${client.client_id}`, { description: markup, client_metadata: { note: markup } })
  await server.must('PATCH', 'tenants/settings', { friendly_name: markup })
  const scopes = [{ value: 'read:boats', description: markup }]
  await server.must('POST', 'resource-servers', { identifier: 'https://api.harbour.example/', name: 'Boats', scopes })
  await server.must('POST', 'rules', { name: 'Harbour rule', script: rule, enabled: false })
  const supported_triggers = [{ id: 'post-login' }]
  await server.must('POST', 'actions/actions', { name: markup, code, supported_triggers, deploy: true })
  // Of a legacy store: a row of its directory, and what its scripts write and throw.
  await loadDirectory(
    server,
    connection_id,
    `id,email,username,name\n7,${markup.replaceAll('"', "'")},<b>u</b>,<i>n</i>`,
  )
  await server.must('PATCH', `connections/${connection_id}/scripts`, { scripts: { login: { source: login } } })
  for (const name of ['nobody@harbour.example', markup]) await server.login(client, 'customers', name, 'Harbour-1892')
  await server.settle()
}
