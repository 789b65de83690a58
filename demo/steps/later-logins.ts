import { legacyUser, type DemoContext } from '../demo-context.ts'
import { reportLogin } from '../log-in.ts'

/** The three users log in again, without a query to the legacy store. */
export async function laterLogins(context: DemoContext): Promise<void> {
  context.report.section('Later logins')
  context.report.paragraph(
    'From now on Wherry checks the passwords of these users itself. The queries are counted at the legacy database.',
  )
  for (const id of [1, 2, 3]) {
    const user = legacyUser(context, id)
    await reportLogin(context, user, { action: 'again', password: user.password, expected: [200, 'success', 0] })
  }
}
