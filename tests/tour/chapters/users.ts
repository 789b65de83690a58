import type { Chapter } from '../chapter.ts'
import { legacyOptions } from '../legacy-scripts.ts'
import type { TourClient, TourRecorder } from '../tour-recorder.ts'

const password = 'Correct-horse-7'

const later = { later: { mail: 1 } }

/** Users through the Management API. */
export const users: Chapter = {
  name: 'users',
  async run(tour) {
    const client = await tour.createClient()
    await tour.createConnection('users', {}, [client])
    await tour.createConnection('named', { requires_username: true }, [client])
    const connection_id = await tour.createConnection('legacy', legacyOptions(), [client])
    await createUsers(tour, connection_id)
    await readUsers(tour)
    await changeUsers(tour, client)
  },
}

async function createUsers({ manage }: TourRecorder, connection_id: string): Promise<void> {
  await manage(
    'a user with every property',
    'POST',
    'users',
    {
      connection: 'users',
      user_id: 'ada',
      email: 'Ada@Users.example',
      password,
      given_name: 'Ada',
      family_name: 'Lovelace',
      name: 'Ada Lovelace',
      nickname: 'ada',
      picture: 'https://pictures.example/ada.png',
      user_metadata: { colour: 'green', nested: { deep: [1, true, null] } },
      app_metadata: { plan: 'gold' },
    },
    later,
  )
  await manage('a user with a username', 'POST', 'users', {
    connection: 'named',
    email: 'bob@users.example',
    email_verified: true,
    username: 'Bob',
    password,
  })
  await manage('a blocked user', 'POST', 'users', {
    connection: 'users',
    email: 'cleo@users.example',
    verify_email: false,
    blocked: true,
    password,
  })
  await manage('the address is taken', 'POST', 'users', { connection: 'users', email: 'ADA@users.example', password })
  await manage('the id is taken', 'POST', 'users', {
    connection: 'users',
    user_id: 'ada',
    email: 'a@users.example',
    password,
  })
  await manage('a weak password', 'POST', 'users', {
    connection: 'users',
    email: 'a@users.example',
    password: 'short',
  })
  await manage('no password', 'POST', 'users', { connection: 'users', email: 'a@users.example' })
  await manage('an unknown connection', 'POST', 'users', {
    connection: 'unknown',
    email: 'a@users.example',
    password,
  })
  await manage('an unknown property', 'POST', 'users', {
    connection: 'users',
    email: 'a@users.example',
    password,
    shoe: 1,
  })
  await manage(
    'a user whom the legacy store knows',
    'POST',
    'users',
    { connection: 'legacy', email: 'ada@legacy.example', password },
    {
      ledger: { connection_id, identifier: 'ada@legacy.example' },
    },
  )
  await manage('a user whom the legacy store does not know', 'POST', 'users', {
    connection: 'legacy',
    email: 'new@legacy.example',
    email_verified: true,
    password,
  })
  await manage('a user while the legacy store cannot be reached', 'POST', 'users', {
    connection: 'legacy',
    email: 'refused@legacy.example',
    password,
  })
}

async function readUsers({ manage }: TourRecorder): Promise<void> {
  await manage('the users', 'GET', 'users?sort=created_at:1')
  await manage('the users with totals', 'GET', 'users?sort=created_at:-1&per_page=2&page=1&include_totals=true')
  await manage('the users of a connection', 'GET', 'users?connection=named')
  await manage(
    'a search',
    'GET',
    `users?sort=created_at:1&q=${encodeURIComponent('email:*@users.example AND NOT blocked:true')}`,
  )
  await manage('a search in metadata', 'GET', `users?q=${encodeURIComponent('app_metadata.plan:"gold"')}`)
  await manage('a search that cannot be read', 'GET', `users?q=${encodeURIComponent('email:(')}`)
  await manage('chosen properties', 'GET', 'users?sort=created_at:1&fields=email,user_id')
  await manage('users by e-mail address', 'GET', 'users-by-email?email=ADA@users.example')
  await manage('users by an unknown e-mail address', 'GET', 'users-by-email?email=unknown@users.example')
  await manage('a user', 'GET', 'users/auth0%7Cada')
  await manage('a user without some properties', 'GET', 'users/auth0%7Cada?fields=identities&include_fields=false')
  await manage('an unknown user', 'GET', 'users/auth0%7Cunknown')
}

async function changeUsers(tour: TourRecorder, client: TourClient): Promise<void> {
  const { manage } = tour
  await manage('merged metadata', 'PATCH', 'users/auth0%7Cada', {
    user_metadata: { colour: null, size: 'L' },
    app_metadata: { plan: 'silver' },
  })
  await manage('metadata of one nested level', 'PATCH', 'users/auth0%7Cada', {
    user_metadata: { nested: { other: 1 } },
  })
  await manage('unset properties', 'PATCH', 'users/auth0%7Cada', { given_name: null, picture: null })
  await manage(
    'a new address',
    'PATCH',
    'users/auth0%7Cada',
    { email: 'Ada.L@users.example', verify_email: true },
    later,
  )
  await manage('an address that is taken', 'PATCH', 'users/auth0%7Cada', { email: 'cleo@users.example' })
  await manage('a new password', 'PATCH', 'users/auth0%7Cada', { password: 'Other-horse-8' })
  await tour.login('a login with the new address and password', {
    client,
    realm: 'users',
    username: 'ada.l@users.example',
    password: 'Other-horse-8',
  })
  await manage('a weak new password', 'PATCH', 'users/auth0%7Cada', { password: 'short' })
  await manage('an address and a password at once', 'PATCH', 'users/auth0%7Cada', {
    email: 'b@users.example',
    password,
  })
  await manage('a change of an unknown user', 'PATCH', 'users/auth0%7Cunknown', { blocked: true })
  const identity = { provider: 'auth0', user_id: 'eve' }
  await manage('a user to link', 'POST', 'users', {
    connection: 'users',
    user_id: 'eve',
    email: 'eve@users.example',
    verify_email: false,
    password,
  })
  await manage('a user is linked to another', 'POST', 'users/auth0%7Cada/identities', identity)
  await manage('a user is linked twice', 'POST', 'users/auth0%7Cada/identities', identity)
  await manage('an identity is unlinked', 'DELETE', 'users/auth0%7Cada/identities/auth0/eve')
  await manage('the refused rows of an import, without the scope', 'GET', 'jobs/job_unknown/failed-rows')
  await manage('a user is deleted', 'DELETE', 'users/auth0%7Cada')
  await manage('an unknown user is deleted', 'DELETE', 'users/auth0%7Cunknown')
  await manage('the log events of a user', 'GET', 'users/auth0%7Cada/logs?sort=date:1')
}
