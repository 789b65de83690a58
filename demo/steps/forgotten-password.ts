import { connection_name, legacyUser, type DemoContext } from '../demo-context.ts'
import { textAt, valueAt } from '../json-path.ts'
import { reportLogin } from '../log-in.ts'
import { mailTo, migrationRecord } from '../management-api.ts'
import { sendRequest } from '../send-request.ts'

const new_password = 'Another-password-9'

/** A user who has never logged in here resets the password by mail, and moves by the reset. */
export async function forgottenPassword(context: DemoContext): Promise<void> {
  const { report, store, wherry } = context
  report.section('A forgotten password before the first login')
  report.paragraph(
    'Wherry does not have this user yet. It sends the same response as for any address, then looks the user up with ' +
      'the get_user script, and mails a link only to the address that the legacy store returns.',
  )
  const user = legacyUser(context, 4)
  const queries_before = store.queries()
  const requested = await sendRequest(`${wherry.issuer}dbconnections/change_password`, {
    method: 'POST',
    json: { client_id: context.client_id, connection: connection_name, email: user.email },
  })
  report.step({
    subject: user.email,
    action: 'reset request',
    result: String(requested.status),
    ms: requested.ms,
    checks: { status: { actual: requested.status, expected: 200 } },
  })
  const mail = await mailTo(context, user.email)
  const link = /https?:\/\/\S+\/u\/reset-verify\?ticket=[\w-]+/.exec(textAt(mail, 'text'))?.[0] ?? ''
  report.step({
    subject: 'GET /api/v2/outbox',
    action: 'mail',
    result: `"${textAt(mail, 'subject')}"`,
    checks: { 'a link in the mail': { actual: link !== '', expected: true } },
  })
  const page = await sendRequest(link)
  report.step({
    subject: 'GET /u/reset-verify',
    action: 'the page',
    result: `${page.status} ${/<h1>([^<]*)/.exec(page.text)?.[1] ?? ''}`,
    ms: page.ms,
    checks: { status: { actual: page.status, expected: 200 } },
  })
  await submitNewPassword(context, new URL(link).searchParams.get('ticket') ?? '', user.email, queries_before)
  await reportLogin(context, user, { action: 'new password', password: new_password, expected: [200, 'success', 0] })
  await reportLogin(context, user, {
    action: 'old password',
    password: user.password,
    expected: [403, 'wrong_password', 0],
  })
}

async function submitNewPassword(
  context: DemoContext,
  ticket: string,
  email: string,
  queries_before: number,
): Promise<void> {
  const { report, store, wherry } = context
  const submitted = await sendRequest(`${wherry.issuer}u/reset-password`, {
    method: 'POST',
    form: { ticket, password: new_password, password_repeat: new_password },
  })
  const record = await migrationRecord(context, email)
  const legacy_queries = store.queriesSince(queries_before)
  report.step({
    subject: 'POST /u/reset-password',
    action: 'the form',
    result: `${submitted.status}, ledger: ${textAt(record, 'state')}`,
    ms: submitted.ms,
    legacy_queries,
    checks: {
      status: { actual: submitted.status, expected: 200 },
      state: { actual: valueAt(record, 'state'), expected: 'migrated' },
      'moved through': { actual: valueAt(record, 'migrated_through'), expected: 'reset_confirm' },
      // One query for the request and one for the form: the id and the address must still be the same.
      'legacy queries': { actual: legacy_queries, expected: 2 },
    },
  })
}
