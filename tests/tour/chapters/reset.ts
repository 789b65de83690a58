import type { Chapter } from '../chapter.ts'
import { objects, textMember, type Json, type JsonObject } from '../json.ts'
import { legacy_password, legacyOptions } from '../legacy-scripts.ts'
import type { StepOptions, TourRecorder } from '../tour-recorder.ts'

const password = 'Correct-horse-7'
const new_password = 'Other-horse-8'

/** The secret of a mailed or created link. */
function ticketOf(text: string): string {
  const ticket = /ticket=([A-Za-z0-9]{32})/.exec(text)?.[1]
  if (ticket === undefined) throw new Error(`There is no ticket in ${text}`)
  return ticket
}

async function mailedTicket(tour: TourRecorder): Promise<string> {
  const [newest] = objects(await tour.api.must('GET', 'outbox'))
  return ticketOf(textMember(newest, 'text'))
}

function formOf(tour: TourRecorder, page: string) {
  return (
    step: string,
    form: Record<string, string>,
    options: StepOptions & { headers?: Record<string, string> } = {},
  ) => tour.step(step, { path: page, form, headers: { 'sec-fetch-site': 'same-origin', ...options.headers } }, options)
}

/** Requests for a new password and the pages behind the mailed links. */
export const reset: Chapter = {
  name: 'reset',
  async run(tour) {
    const client = await tour.createClient()
    const { client_id } = client
    await tour.createConnection('users', {}, [client])
    await tour.createConnection('closed', { disable_self_service_change_password: true }, [client])
    const connection_id = await tour.createConnection('legacy', legacyOptions(), [client])
    await tour.api.must('POST', 'users', {
      connection: 'users',
      user_id: 'ada',
      email: 'ada@users.example',
      email_verified: true,
      password,
    })
    await tour.forget()
    const asking = (step: string, json: JsonObject, options: StepOptions = {}) =>
      tour.step(
        step,
        { path: '/dbconnections/change_password', json: { client_id, connection: 'users', ...json } },
        options,
      )
    const choose = formOf(tour, '/u/reset-password')
    const both = (ticket: string, text: string) => ({ ticket, password: text, password_repeat: text })

    await asking('no identifier', {})
    await asking('an unknown connection', { connection: 'unknown', email: 'ada@users.example' })
    await asking('a connection without self-service', { connection: 'closed', email: 'ada@users.example' })
    await asking('an unknown user', { email: 'unknown@users.example' }, { later: { events: 1 } })
    await asking('a user', { email: 'ada@users.example' }, { later: { events: 1, mail: 1 } })
    const ticket = await mailedTicket(tour)
    await tour.step('the mailed link', { path: `/u/reset-verify?ticket=${ticket}` })
    await tour.step('the page of the form', { path: `/u/reset-password?ticket=${ticket}` })
    await choose('two different passwords', { ticket, password: new_password, password_repeat: 'another' })
    await choose('no password', both(ticket, ''))
    await choose('a weak password', both(ticket, 'short'))
    await choose('a form from another site', both(ticket, new_password), {
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    await tour.step('JSON instead of a form', { path: '/u/reset-password', json: both(ticket, new_password) })
    await choose('a new password', both(ticket, new_password))
    await choose('the link again', both(ticket, new_password))
    await tour.step('the page of a used link', { path: `/u/reset-verify?ticket=${ticket}` })
    await tour.step('the page without a ticket', { path: '/u/reset-verify' })
    const users_login = { client, realm: 'users', username: 'ada@users.example' }
    await tour.login('the old password', { ...users_login, password })
    await tour.login('the new password', { ...users_login, password: new_password })

    const ada = { connection: 'legacy', email: 'ada@legacy.example' }
    const ledger = { connection_id, identifier: ada.email }
    await asking('a user who has not moved', ada, { ledger, later: { events: 1, mail: 1 } })
    await choose('a new password of a user who has not moved', both(await mailedTicket(tour), new_password), { ledger })
    const legacy_login = { client, realm: 'legacy', username: ada.email }
    await tour.login(
      'the legacy password of a user moved by a reset',
      { ...legacy_login, password: legacy_password },
      { ledger },
    )
    await tour.login(
      'the new password of a user moved by a reset',
      { ...legacy_login, password: new_password },
      { ledger },
    )
    const refused = { connection: 'legacy', email: 'refused@legacy.example' }
    await asking('the legacy store cannot be reached', refused, {
      ledger: { connection_id, identifier: refused.email },
      later: { events: 1 },
    })
  },
}

/** Links that an administrator creates, and the verification of e-mail addresses. */
export const tickets: Chapter = {
  name: 'tickets',
  async run(tour) {
    const client = await tour.createClient()
    const users = await tour.createConnection('users', {}, [client])
    const connection_id = await tour.createConnection('legacy', legacyOptions(), [client])
    const ticket = async (step: string, kind: string, json: Json, options: StepOptions = {}): Promise<string> => {
      const answer = await tour.manage(step, 'POST', `tickets/${kind}`, json, options)
      return answer.status === 201 ? ticketOf(textMember(answer.json, 'ticket')) : ''
    }
    const choose = formOf(tour, '/u/reset-password')
    const confirm = formOf(tour, '/u/email-verification')
    const both = (secret: string) => ({ ticket: secret, password: new_password, password_repeat: new_password })
    const result_url = 'https://shop.example/done?from=mail'

    await tour.manage('a user with an unverified address', 'POST', 'users', {
      connection: 'users',
      user_id: 'bob',
      email: 'bob@users.example',
      password,
    })
    const mailed = await mailedTicket(tour)
    await tour.step('the page of a verification link', { path: `/u/email-verification?ticket=${mailed}` })
    await confirm('the address is verified', { ticket: mailed })
    await confirm('the verification link again', { ticket: mailed })
    await tour.manage('the verified user', 'GET', 'users/auth0%7Cbob')
    const verification = await ticket('a verification link', 'email-verification', {
      user_id: 'auth0|bob',
      result_url,
      ttl_sec: 3600,
      includeEmailInRedirect: true,
    })
    await confirm('the verification link leads elsewhere', { ticket: verification })
    await ticket('a verification link for an unknown user', 'email-verification', { user_id: 'auth0|unknown' })

    const change = await ticket('a password link', 'password-change', {
      user_id: 'auth0|bob',
      client_id: client.client_id,
      result_url,
      mark_email_as_verified: true,
    })
    await tour.step('the page of the password link', { path: `/u/reset-verify?ticket=${change}` })
    await choose('the password link leads elsewhere', both(change))
    await ticket('a password link by e-mail address', 'password-change', {
      connection_id: users,
      email: 'bob@users.example',
    })
    const ada = 'ada@legacy.example'
    const ledger = { connection_id, identifier: ada }
    const unmoved = await ticket(
      'a password link of a user who has not moved',
      'password-change',
      { connection_id, email: ada },
      { ledger },
    )
    await choose('a user moves through a password link', both(unmoved), { ledger })
    await ticket('a password link for an unknown user', 'password-change', { user_id: 'auth0|unknown' })
    await ticket('a password link for an unknown address', 'password-change', {
      connection_id,
      email: 'unknown@legacy.example',
    })
    await ticket('a password link while the legacy store cannot be reached', 'password-change', {
      connection_id,
      email: 'refused@legacy.example',
    })
    await ticket('a password link for nothing', 'password-change', {})

    const listed = await tour.manage('the outbox', 'GET', 'outbox')
    const [message] = objects(listed.json)
    await tour.manage('a message', 'GET', `outbox/${textMember(message, 'id')}`)
    await tour.manage('the outbox by checkpoint', 'GET', 'outbox?take=1')
    await tour.manage('an unknown message', 'GET', 'outbox/unknown')
  },
}
