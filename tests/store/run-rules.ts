import type { TestClient } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'

/** Saves, runs, changes and deletes rules and actions, with logins of a user of a connection of their own. */
export async function runRules(server: TestServer, client: TestClient): Promise<void> {
  const login = { email: 'rules@local.example', password: 'Chosen-Pass-1' }
  await server.createConnection('ruled', {}, [client])
  await server.createUser('ruled', login)
  const script = `function (user, context, callback) {
    auth0.users.updateAppMetadata(user.user_id, { ruled: true }).then(() => callback(null, user, context), callback)
  }`
  const rule = await server.must('POST', 'rules', { name: 'first', script })
  await server.must('PUT', 'rules/order', { rules: [rule.id] })
  for (const value of ['x', 'y']) await server.must('PUT', 'rules-configs/KEY', { value })
  const action = await server.must('POST', 'actions/actions', {
    name: 'first',
    supported_triggers: [{ id: 'post-login' }],
    code: 'exports.onExecutePostLogin = async () => {}',
    secrets: [{ name: 'KEY', value: 'x' }],
    deploy: true,
  })
  await server.must('PATCH', 'actions/triggers/post-login/bindings', {
    bindings: [{ ref: { type: 'action_id', value: action.id } }],
  })
  await server.must('GET', 'actions/summary')
  await server.must('POST', 'rules/try', { script, arguments: { user: login, context: {} } })
  await server.login(client, 'ruled', login.email, login.password)
  const registered = await server.must('POST', 'actions/actions', {
    name: 'registered',
    supported_triggers: [{ id: 'post-user-registration' }],
    deploy: true,
  })
  await server.must('PATCH', 'actions/triggers/post-user-registration/bindings', {
    bindings: [{ ref: { type: 'action_id', value: registered.id } }],
  })
  await server.createUser('ruled', { ...login, email: 'registered@local.example' })
  await server.must('DELETE', `actions/actions/${registered.id}?force=true`)
  await server.must('PATCH', `rules/${rule.id}`, { enabled: false })
  await server.must('DELETE', `actions/actions/${action.id}?force=true`)
  await server.must('DELETE', 'rules-configs/KEY')
  await server.must('DELETE', `rules/${rule.id}`)
}
