import { legacyUser, type DemoContext } from '../demo-context.ts'
import { textAt } from '../json-path.ts'
import { idTokenClaims, reportLogin } from '../log-in.ts'

/** Three users, one per hash format, log in for the first time and move. */
export async function firstLogins(context: DemoContext): Promise<void> {
  context.report.section('Three first logins')
  context.report.paragraph(
    'Each user enters the password of the legacy store. Wherry does not have the user yet and runs the login script, ' +
      'which sends one query to the legacy database. The password is correct: in one transaction Wherry stores the ' +
      'user, an argon2id hash of the password, and a record in the migration ledger. (The first login also starts the ' +
      'sandbox process for the script.)',
  )
  for (const id of [1, 2, 3]) {
    const user = legacyUser(context, id)
    const login = await reportLogin(context, user, {
      action: user.format,
      password: user.password,
      expected: [200, 'moved', 1],
    })
    if (id > 1) continue
    const user_id = textAt(idTokenClaims(login), 'sub')
    context.report.step({
      subject: '',
      action: 'ID token',
      result: `sub: ${user_id}`,
      checks: { user_id: { actual: user_id, expected: `auth0|customers|${user.id}` } },
    })
  }
}
