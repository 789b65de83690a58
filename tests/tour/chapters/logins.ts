import type { Chapter } from '../chapter.ts'
import { objects, textMember } from '../json.ts'
import { legacy_password, legacyOptions } from '../legacy-scripts.ts'
import type { PasswordLogin, StepOptions } from '../tour-recorder.ts'

const email = (name: string): string => `${name}@legacy.example`

/** Logins on a connection in import mode: every outcome that the user, the script's answer or the store here decides. */
export const logins: Chapter = {
  name: 'logins',
  async run(tour) {
    const client = await tour.createClient()
    const connection_id = await tour.createConnection('legacy', legacyOptions(), [client])
    const login = (step: string, name: string, more: Partial<PasswordLogin> = {}, options: StepOptions = {}) =>
      tour.login(
        step,
        { client, realm: 'legacy', username: email(name), password: legacy_password, ...more },
        { ledger: { connection_id, identifier: email(name) }, ...options },
      )

    await login('a legacy user is moved at the first login', 'ada', {
      username: ' Ada@Legacy.example ',
      more: { scope: 'openid profile email' },
    })
    await login('a moved user logs in here', 'ada', { more: { scope: 'openid profile email' } })
    await tour.manage('the moved user', 'GET', 'users/auth0%7Cada')
    await login('a moved user types a wrong password', 'ada', { password: 'a wrong password' })
    await login('a legacy user types a wrong password', 'bob', { password: 'a wrong password' })
    await login('an unknown user', 'unknown')
    await login('the script answers UnauthorizedError', 'denied')
    await login('the script answers ValidationError', 'expired')
    await login('the script answers another error', 'broken')
    await login('the script throws', 'throws')
    await login('the script ends its process', 'exits')
    await login('the script answers a number', 'number')
    await login('the profile has no user_id', 'no_id')
    await login('the profile has no valid e-mail address', 'bad_email')
    await login('the profile has the e-mail address of another user', 'twin')
    await login('the legacy store says that the user is blocked', 'blocked')
    await login('a legacy user with a username is moved', 'bob')
    await login('a moved user logs in by the username', 'bob', { username: 'Bobby' })
    await login('a legacy user with a number as id is moved', 'cleo')

    await tour.manage('a user is blocked', 'PATCH', 'users/auth0%7Cbob', { blocked: true })
    await login('a blocked user logs in', 'bob')
    await login('a blocked user types a wrong password', 'bob', { password: 'a wrong password' })
    await tour.manage('a user is unblocked', 'PATCH', 'users/auth0%7Cbob', { blocked: false })

    await tour.manage('a moved user is deleted', 'DELETE', 'users/auth0%7C17')
    await login('a deleted user logs in', 'cleo')
    const { json } = await tour.api.request('GET', `migrations/${connection_id}/records?q=${email('cleo')}`)
    const record_id = textMember(objects(json, 'records')[0], 'record_id')
    await tour.manage(
      'the tombstone is lifted',
      'DELETE',
      `migrations/${connection_id}/records/${record_id}/tombstone`,
      undefined,
      { ledger: { connection_id, identifier: email('cleo') } },
    )
    await tour.manage(
      'a tombstone that is lifted already',
      'DELETE',
      `migrations/${connection_id}/records/${record_id}/tombstone`,
    )
    await login('a user whose tombstone was lifted moves again', 'cleo')

    await login('no password', 'ada', { password: '' })
    await login('no username', 'ada', { username: ' ' })
    await login('a username of 300 characters', 'ada', { username: `${'a'.repeat(300)}@legacy.example` })
    await login('a password of 2,000 characters', 'ada', { password: 'a'.repeat(2000) })
    await login('control characters in the username', 'ada', { username: 'ada\u0007@legacy.example' })
  },
}
