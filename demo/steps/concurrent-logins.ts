import { legacyUser, type DemoContext } from '../demo-context.ts'
import { listAt, valueAt } from '../json-path.ts'
import { sendPasswordGrant } from '../log-in.ts'
import { callManagementApi, lastOutcomes, migrationRecord } from '../management-api.ts'

/** Two devices of a user log in for the first time, at the same time. */
export async function concurrentLogins(context: DemoContext): Promise<void> {
  const { report, store } = context
  report.section('Two first logins at the same time')
  report.paragraph(
    'Two devices send the same first login at the same time. One request runs the script and moves the user, the other ' +
      'one waits for its result: one script call, one user, one migration record.',
  )
  const { email, password } = legacyUser(context, 6)
  const queries_before = store.queries()
  const responses = await Promise.all([
    sendPasswordGrant(context, email, password),
    sendPasswordGrant(context, email, password),
  ])
  const legacy_queries = store.queriesSince(queries_before)
  const statuses = responses.map(({ status }) => status)
  const outcomes = await lastOutcomes(context, email, 2)
  const found = await callManagementApi(context, 'users-by-email', { query: { email } })
  const users = listAt(found.body).length
  const record = await migrationRecord(context, email)
  report.step({
    subject: email,
    action: 'twice',
    result: `${statuses.join(' and ')}, ${users} user`,
    ms: Math.max(...responses.map(({ ms }) => ms)),
    legacy_queries,
    checks: {
      statuses: { actual: statuses, expected: [200, 200] },
      'users with this address': { actual: users, expected: 1 },
      'legacy queries': { actual: legacy_queries, expected: 1 },
      outcomes: { actual: outcomes.toSorted(), expected: ['moved', 'success'] },
      state: { actual: valueAt(record, 'state'), expected: 'migrated' },
    },
  })
}
