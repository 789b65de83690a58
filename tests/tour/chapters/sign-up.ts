import type { Chapter } from '../chapter.ts'
import type { JsonObject } from '../json.ts'
import { legacyOptions } from '../legacy-scripts.ts'

const password = 'Correct-horse-7'

/** Sign-ups, in a local connection and in one in import mode. */
export const signUp: Chapter = {
  name: 'sign-up',
  async run(tour) {
    const client = await tour.createClient({ web_origins: ['https://shop.example'] })
    const { client_id } = client
    await tour.createConnection('users', {}, [client])
    await tour.createConnection('named', { requires_username: true }, [client])
    await tour.createConnection('strict', { passwordPolicy: 'excellent' }, [client])
    await tour.createConnection('closed', { disable_signup: true }, [client])
    await tour.createConnection('others', {}, [])
    const connection_id = await tour.createConnection('legacy', legacyOptions(), [client])
    const signing = (step: string, json: JsonObject, options = {}) =>
      tour.step(step, { path: '/dbconnections/signup', json: { client_id, connection: 'users', ...json } }, options)

    await signing('a sign-up', {
      email: 'Ada@Users.example',
      password,
      given_name: 'Ada',
      family_name: 'Lovelace',
      user_metadata: { colour: 'green' },
    })
    await signing('the address has a user already', { email: 'ada@users.example', password })
    await tour.manage('the tenant wants it reported', 'PATCH', 'tenants/settings', {
      flags: { enable_public_signup_user_exists_error: true },
    })
    await signing('the address has a user already, reported', { email: 'ada@users.example', password })
    await signing('a sign-up with a username', {
      connection: 'named',
      email: 'bob@users.example',
      username: 'Bob',
      password,
    })
    await signing('no username', { connection: 'named', email: 'cleo@users.example', password })
    await signing('a username where there are none', { email: 'cleo@users.example', username: 'cleo', password })
    await signing('a weak password', { email: 'cleo@users.example', password: 'short' })
    await signing('a weak password for a strict policy', {
      connection: 'strict',
      email: 'cleo@users.example',
      password: 'aaaBBB1',
    })
    await signing('no password', { email: 'cleo@users.example' })
    await signing('no e-mail address', { password })
    await signing('no valid e-mail address', { email: 'not an address', password })
    await signing('metadata that is no text', { email: 'cleo@users.example', password, user_metadata: { n: 1 } })
    await signing('a connection without sign-up', { connection: 'closed', email: 'cleo@users.example', password })
    await signing('a connection that is not enabled for the client', {
      connection: 'others',
      email: 'cleo@users.example',
      password,
    })
    await signing('an unknown connection', { connection: 'unknown', email: 'cleo@users.example', password })
    await signing('an unknown client', { client_id: 'unknown', email: 'cleo@users.example', password })
    const legacy = { connection: 'legacy', password }
    const ledger = (identifier: string) => ({ ledger: { connection_id, identifier } })
    await signing('a legacy user signs up', { ...legacy, email: 'ada@legacy.example' }, ledger('ada@legacy.example'))
    await signing(
      'a new user signs up in import mode',
      { ...legacy, email: 'new@legacy.example' },
      ledger('new@legacy.example'),
    )
    await signing(
      'the legacy store cannot be reached',
      { ...legacy, email: 'refused@legacy.example' },
      ledger('refused@legacy.example'),
    )
    await signing('get_user fails', { ...legacy, email: 'broken@legacy.example' }, ledger('broken@legacy.example'))
    await tour.step('a form from a page of the client', {
      path: '/dbconnections/signup',
      headers: { origin: 'https://shop.example' },
      form: { client_id, connection: 'users', email: 'dora@users.example', password },
    })
    await tour.step('malformed JSON', { path: '/dbconnections/signup', text: '{' })
    await tour.step('a preflight', { method: 'OPTIONS', path: '/dbconnections/signup' })
    await tour.step('a preflight of change_password', { method: 'OPTIONS', path: '/dbconnections/change_password' })
    await tour.manage('the users', 'GET', 'users?sort=created_at:1')
  },
}
