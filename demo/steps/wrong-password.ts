import { legacyUser, type DemoContext } from '../demo-context.ts'
import { listAt, textAt } from '../json-path.ts'
import { reportLogin } from '../log-in.ts'
import { callManagementApi } from '../management-api.ts'

const wrong_password = 'not-the-password'

/** A user enters a wrong password, before and after the move. */
export async function wrongPassword(context: DemoContext): Promise<void> {
  const { report } = context
  report.section('A wrong password')
  report.paragraph(
    'Before the move the legacy store rejects the password, after the move Wherry does. Both responses are identical. ' +
      "Ten wrong passwords in a row, before or after the move, lock the identifier for the client's address.",
  )
  const user = legacyUser(context, 5)
  const before = await reportLogin(context, user, {
    action: 'wrong',
    password: wrong_password,
    expected: [403, 'wrong_password', 1],
  })
  await reportLogin(context, user, { action: 'correct', password: user.password, expected: [200, 'moved', 1] })
  const after = await reportLogin(context, user, {
    action: 'wrong again',
    password: wrong_password,
    expected: [403, 'wrong_password', 0],
  })
  const found = await callManagementApi(context, 'logs', { query: { q: `user_name:"${user.email}" AND type:fp` } })
  const events = listAt(found.body).length
  report.step({
    subject: `both: ${textAt(after.body, 'error')}`,
    action: `${events} log events`,
    result: `"${textAt(after.body, 'error_description')}"`,
    checks: {
      response: { actual: after.text, expected: before.text },
      'log events': { actual: events, expected: 2 },
    },
  })
}
