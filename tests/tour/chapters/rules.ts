import type { Chapter } from '../chapter.ts'
import { textMember } from '../json.ts'

const password = 'Right-Password-1'
const rule = (body: string): string => `function (user, context, callback) { ${body} }`
const action =
  "exports.onExecutePostLogin = async (event, api) => { api.access.deny('Closed on ' + event.secrets.DAY) }"

/** Rules and post-login actions: their API, and what they do to a login. */
export const rules: Chapter = {
  name: 'rules',
  async run(tour) {
    const { manage } = tour
    const client = await tour.createClient()
    await tour.createConnection('people', {}, [client])
    const email = 'ada@people.example'
    await tour.unrecorded(tour.api.requestOf('POST', 'users', { connection: 'people', email, password }))
    const logIn = (title: string) => tour.login(title, { client, realm: 'people', username: email, password })

    const claims = rule("context.idToken['https://example.com/day'] = configuration.DAY; callback(null, user, context)")
    const created = await manage('a rule is created', 'POST', 'rules', { name: 'claims', script: claims })
    const rule_path = `rules/${textMember(created.json, 'id')}`
    await manage('a second rule of that name', 'POST', 'rules', { name: 'claims', script: claims })
    await manage('a rule with a syntax error', 'POST', 'rules', { name: 'broken', script: 'function (' })
    await manage('a value is set', 'PUT', 'rules-configs/DAY', { value: 'Monday' })
    await manage('the names of the values', 'GET', 'rules-configs')
    await manage('the rules', 'GET', 'rules?include_totals=true')
    await logIn('a login with a claim')
    await manage('the rule denies', 'PATCH', rule_path, {
      script: rule("callback(new UnauthorizedError('Not today.'))"),
    })
    await logIn('a login that a rule denies')
    await manage('the rule', 'GET', rule_path)
    await manage('the script log', 'GET', 'script-logs', undefined, { unordered: ['script_logs'] })
    await manage('a value is deleted', 'DELETE', 'rules-configs/DAY')
    await manage('a rule is deleted', 'DELETE', rule_path)

    const supported_triggers = [{ id: 'post-login', version: 'v3' }]
    const secrets = [{ name: 'DAY', value: 'Sunday' }]
    const input = { name: 'closed', supported_triggers, code: action, secrets }
    const made = await manage('an action is created', 'POST', 'actions/actions', input)
    const id = textMember(made.json, 'id')
    const bindings = [{ ref: { type: 'action_name', value: 'closed' }, display_name: 'Closed' }]
    const trigger = 'actions/triggers/post-login/bindings'
    await manage('an action is bound before it is deployed', 'PATCH', trigger, { bindings })
    const version = await manage('an action is deployed', 'POST', `actions/actions/${id}/deploy`)
    await manage('an action is bound', 'PATCH', trigger, { bindings })
    await logIn('a login that an action denies')
    await manage('an action is changed', 'PATCH', `actions/actions/${id}`, { secrets: [] })
    await manage('the action', 'GET', `actions/actions/${id}`)
    await manage('the actions', 'GET', 'actions/actions?page=0&per_page=10')
    await manage('the versions', 'GET', `actions/actions/${id}/versions`)
    const version_path = `actions/actions/${id}/versions/${textMember(version.json, 'id')}`
    await manage('a version', 'GET', version_path)
    await manage('a version is deployed again', 'POST', `${version_path}/deploy`)
    await manage('the triggers', 'GET', 'actions/triggers')
    await manage('the bindings', 'GET', trigger)
    await manage('modules of actions', 'GET', 'actions/modules')
    await manage('an action that is bound is deleted', 'DELETE', `actions/actions/${id}`)
    await manage('an action is deleted with its binding', 'DELETE', `actions/actions/${id}?force=true`)
  },
}
