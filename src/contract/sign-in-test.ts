import { Type } from 'typebox'
import { Attempt } from './people.ts'
import { AnyObject, IdParams, Strict, Text, Timestamp, type Route } from './route.ts'

/** Trying a connection by a sign-in of a test person. */
export const signInTestRoutes = {
  createSignInTest: {
    method: 'POST',
    url: '/api/v2/connections/:id/sign-in-tests',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'Begin a sign-in test of a connection',
    description:
      'Ours. Answers the address of the login page for one sign-in with this connection alone, whether or not applications may use it. The login is a real one: a user of the legacy store moves. Its log events have a digest of the `client_id` of the answer, and are found by the `client_id`. It serves no sign-up and no reset of a password. Nothing is stored.',
    status: 201,
    params: IdParams,
    response: Type.Object({
      client_id: Type.String({
        description: 'Stands for this test. No token is issued for it, and only the login pages accept it.',
      }),
      state: Type.String({ description: 'Comes back with the code.' }),
      url: Type.String({ description: 'Address of the login page.' }),
      expires_at: Timestamp('Until when a login of the test is accepted.'),
    }),
  },
  listSignInTestAttempts: {
    method: 'GET',
    url: '/api/v2/connections/:id/sign-in-tests/attempts',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'List the logins of a sign-in test, the newest first',
    description: 'Ours. At most 20, each with the text that the person read.',
    status: 200,
    params: IdParams,
    query: Strict({ client_id: Text(256, 'That of the test') }),
    response: Type.Object({ attempts: Type.Array(Attempt) }),
  },
  completeSignInTest: {
    method: 'POST',
    url: '/api/v2/connections/:id/sign-in-tests/complete',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'Get the result of a sign-in test',
    description:
      'Ours. Redeems the code that the login page sent to the admin origin, once. Answers the claims that an ID token would have, issues no token, and ends the session of the test in the browser.',
    status: 200,
    params: IdParams,
    body: Strict({ client_id: Text(256, 'That of the test'), code: Text(128, 'The code of the answer') }),
    response: Type.Object({
      user_id: Type.String(),
      claims: AnyObject('The claims of the ID token for the scopes `openid profile email`.'),
    }),
  },
} satisfies Record<string, Route>
