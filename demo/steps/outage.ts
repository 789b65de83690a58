import { legacyUser, type DemoContext } from '../demo-context.ts'
import { textAt } from '../json-path.ts'
import { reportLogin } from '../log-in.ts'
import { migrationRecord } from '../management-api.ts'

/** Users log in while the legacy store is unreachable, and after it is back. */
export async function outage(context: DemoContext): Promise<void> {
  const { report, store } = context
  const [moved, unmoved] = [legacyUser(context, 1), legacyUser(context, 7)]
  report.section('An outage of the legacy store')
  report.paragraph(
    'Users who have moved log in as before. For the others Wherry does not report a wrong password: it reports that it ' +
      'could not check the password, and when to retry. The failure does not count for brute-force protection.',
  )
  await store.switchOff()
  await reportLogin(context, moved, { action: 'moved', password: moved.password, expected: [200, 'success', 0] })
  const refused = await reportLogin(context, unmoved, {
    action: 'not moved',
    password: unmoved.password,
    expected: [503, 'legacy_unreachable', 0],
  })
  const retry_after = refused.headers.get('retry-after') ?? ''
  report.step({
    subject: '',
    action: 'Retry-After',
    result: `${retry_after} s`,
    checks: {
      'Retry-After': { actual: Number(retry_after) > 0, expected: true },
      error: { actual: textAt(refused.body, 'error'), expected: 'temporarily_unavailable' },
      'no migration record': { actual: (await migrationRecord(context, unmoved.email)) === undefined, expected: true },
    },
  })
  report.paragraph(`"${textAt(refused.body, 'error_description')}"`)
  await store.switchOn()
  report.paragraph('The legacy store is reachable again, and the same user logs in:')
  await reportLogin(context, unmoved, { action: 'retry', password: unmoved.password, expected: [200, 'moved', 1] })
}
