import { legacyUser, type DemoContext } from '../demo-context.ts'
import { valueAt } from '../json-path.ts'
import { reportLogin } from '../log-in.ts'
import { callManagementApi } from '../management-api.ts'

const no_op_scripts = {
  login: 'function login(email, password, callback) { callback(null, null) }',
  get_user: 'function getUser(email, callback) { callback(null, null) }',
}

async function setScripts(context: DemoContext, action: string, customScripts: unknown): Promise<void> {
  const options = { ...(context.options as Record<string, unknown>), customScripts }
  const path = `connections/${context.connection_id}`
  const { status, ms } = await callManagementApi(context, path, { method: 'PATCH', json: { options } })
  context.report.step({
    subject: 'PATCH /api/v2/connections/…',
    action,
    result: String(status),
    ms,
    checks: { status: { actual: status, expected: 200 } },
  })
}

/** The scripts are replaced by scripts that find no user, which ends the migration; then they are restored. */
export async function finish(context: DemoContext): Promise<void> {
  const { report } = context
  report.section('The end of the migration')
  report.paragraph(
    'When the users have moved, both scripts are replaced by scripts that find no user. Wherry then never connects to ' +
      'the legacy store, which can be shut down.',
  )
  await setScripts(context, 'no-op scripts', no_op_scripts)
  const [moved, unmoved] = [legacyUser(context, 2), legacyUser(context, 8)]
  await reportLogin(context, moved, { action: 'moved', password: moved.password, expected: [200, 'success', 0] })
  await reportLogin(context, unmoved, {
    action: 'not moved',
    password: unmoved.password,
    expected: [403, 'unknown_user', 0],
  })
  report.paragraph(
    'A user who has not moved is unknown now, even with the correct password, so check the ledger before this step. ' +
      'With the old scripts this user can still move:',
  )
  await setScripts(context, 'old scripts', valueAt(context.options, 'customScripts'))
  await reportLogin(context, unmoved, { action: 'retry', password: unmoved.password, expected: [200, 'moved', 1] })
}
