import type { Chapter } from '../chapter.ts'
import { legacy_password, legacyOptions } from '../legacy-scripts.ts'
import type { PasswordLogin, StepOptions } from '../tour-recorder.ts'

const email = (name: string): string => `${name}@legacy.example`

/** A connection in legacy mode, where the scripts decide every login and users are cached. */
export const legacyMode: Chapter = {
  name: 'legacy-mode',
  async run(tour) {
    const client = await tour.createClient()
    const { client_id } = client
    const connection_id = await tour.createConnection('legacy', legacyOptions({ import_mode: false }), [client])
    const login = (step: string, name: string, more: Partial<PasswordLogin> = {}, options: StepOptions = {}) =>
      tour.login(
        step,
        { client, realm: 'legacy', username: email(name), password: legacy_password, ...more },
        { ledger: { connection_id, identifier: email(name) }, ...options },
      )
    await login('the scripts accept the password', 'ada', { more: { scope: 'openid profile email offline_access' } })
    await login('the scripts accept the password again', 'ada')
    await login('a wrong password', 'ada', { password: 'a wrong password' })
    await login('an unknown user', 'unknown')
    await login('the script answers UnauthorizedError', 'denied')
    await login('the profile cannot be stored', 'bad_email')
    await login('the legacy store says that the user is blocked', 'blocked')
    await tour.manage('the cached users', 'GET', 'users?sort=created_at:1')
    await tour.manage('a cached user is blocked', 'PATCH', 'users/auth0%7Cada', { blocked: true })
    await login('a blocked cached user logs in', 'ada')
    await tour.manage('a cached user is deleted without a script for it', 'DELETE', 'users/auth0%7Cada')
    await login('another user logs in', 'bob')
    await tour.manage('a cached user is deleted here only', 'DELETE', 'users/auth0%7Cbob?local_only=true')
    await login('a user who was deleted here only logs in again', 'bob')
    const other = await tour.createConnection('other', legacyOptions({ import_mode: false }), [client])
    await login(
      'the id belongs to a user of another connection',
      'ada',
      { realm: 'other' },
      {
        ledger: { connection_id: other, identifier: email('ada') },
      },
    )
    await tour.step('a sign-up in legacy mode', {
      path: '/dbconnections/signup',
      json: { client_id, connection: 'legacy', email: 'new@legacy.example', password: 'Correct-horse-7' },
    })
    await tour.step('a request for a new password in legacy mode', {
      path: '/dbconnections/change_password',
      json: { client_id, connection: 'legacy', email: email('ada') },
    })
    await tour.manage('a password ticket in legacy mode', 'POST', 'tickets/password-change', {
      connection_id,
      email: email('ada'),
    })
    await tour.manage('a user made in legacy mode', 'POST', 'users', {
      connection: 'legacy',
      email: 'made@legacy.example',
      password: 'Correct-horse-7',
    })
    await tour.manage('a changed user in legacy mode', 'PATCH', 'users/auth0%7Cada', {
      user_metadata: { colour: 'blue', size: 'L' },
    })
    await tour.manage('the migration in legacy mode', 'GET', `migrations/${connection_id}?days=7`)
    await tour.manage('a plan without legacy mode', 'PATCH', `tenants/${await tenantId(tour)}`, { plan: 'developer' })
    await login('a login in legacy mode without the plan for it', 'ada')
  },
}

async function tenantId(tour: Parameters<Chapter['run']>[0]): Promise<string> {
  const listed = await tour.api.must('GET', 'tenants')
  return /ten_[A-Za-z0-9]{16}/.exec(JSON.stringify(listed))?.[0] ?? ''
}
