import type { ServiceAnswer, ServiceModel, ServiceRequest, ServiceUser } from './service-template-cases.ts'

type Users = Map<string, ServiceUser>

// When Ada last logged in.
const last_login = '2026-03-01T10:20:30.000Z'

let made = 0

export function find(users: Users, identifier: unknown): ServiceUser | undefined {
  const typed = String(identifier).trim().toLowerCase()
  return [...users.values()].find(({ email, username }) =>
    [email, username].some((each) => each?.toLowerCase() === typed),
  )
}

export function add(users: Users, user: Pick<ServiceUser, 'email' | 'password'> & { username?: unknown }): boolean {
  if (find(users, user.email) || (user.username !== undefined && find(users, user.username))) return false
  const id = `new-${(made += 1)}`
  const username = user.username === undefined ? {} : { username: String(user.username) }
  users.set(id, { id, verified: false, blocked: false, email: user.email, password: user.password, ...username })
  return true
}

/** Changes the members that the request names, by their names in the service. */
export function change(
  user: ServiceUser | undefined,
  body: Record<string, unknown>,
  verified = 'email_verified',
): boolean {
  if (!user) return false
  if (typeof body['password'] === 'string') user.password = body['password']
  if (typeof body['email'] === 'string') user.email = body['email']
  if (body[verified] !== undefined) user.verified = String(body[verified]) === 'true'
  return true
}

export function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(`unexpected: ${what}`)
}

export const idOf = ({ path }: ServiceRequest): string => decodeURIComponent(path.split('/').at(-1) ?? '')
/** A text in a filter, with its quotation marks escaped. */
function quoted(value: string | undefined): string | undefined {
  return value === undefined ? undefined : (JSON.parse(value) as string)
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

// Three users are created at the same time.
const createdAt = (nth: number): string => new Date(Date.UTC(2026, 0, 1) + Math.floor(nth / 3)).toISOString()

// https://auth0.com/docs/api: /oauth/token, /api/v2/users, /api/v2/users-by-email
const auth0: ServiceModel = (request, users) => {
  const { method, path, query, headers, body } = request
  const shown = (user: ServiceUser) => ({
    user_id: `auth0|${user.id}`,
    identities: [{ connection: 'people', user_id: user.id }],
    email: user.email,
    email_verified: user.verified,
    username: user.username,
    ...(user.given && { given_name: user.given, family_name: user.family }),
    blocked: user.blocked,
    ...(user.username === 'ada' && { last_login }),
  })
  if (path === '/oauth/token' && body['grant_type'] === 'client_credentials') {
    expect(body['client_secret'] === 'machine secret' && text(body['audience']).endsWith('/api/v2/'), 'machine')
    return [200, { access_token: 'machine token', expires_in: 86_400 }]
  }
  if (path === '/oauth/token') {
    expect(body['realm'] === 'people' && body['client_secret'] === 'app secret', 'realm')
    const user = find(users, body['username'])
    if (user?.password !== body['password'])
      return [403, { error: 'invalid_grant', error_description: 'Wrong email or password.' }]
    if (user?.blocked) return [403, { error: 'unauthorized', error_description: 'user is blocked' }]
    return [200, { access_token: 'x', id_token: 'x' }]
  }
  expect(headers.authorization === 'Bearer machine token', 'token')
  const user = users.get(idOf(request).replace('auth0|', ''))
  if (path === '/api/v2/users-by-email')
    return [200, [find(users, query.get('email'))].flatMap((each) => (each ? [shown(each)] : []))]
  const [, since] = /^identities\.connection:"people" AND created_at:\[(\S+) TO \*\]$/.exec(query.get('q') ?? '') ?? []
  if (since !== undefined) {
    const others = Array.from({ length: 250 }, (_, nth) => ({ id: `other-${nth}`, email: `other-${nth}@example.org` }))
    const all = [...users.values(), ...others].map((each, nth) => ({
      ...shown(each as ServiceUser),
      created_at: createdAt(nth),
    }))
    return [200, all.filter(({ created_at }) => since === '*' || created_at >= since).slice(0, 100)]
  }
  if (method === 'GET') {
    const name = quoted(/^username:(".*")$/.exec(query.get('q') ?? '')?.[1])
    expect(name !== undefined, `query ${query.get('q')}`)
    return [200, [find(users, name)].flatMap((each) => (each ? [shown(each)] : []))]
  }
  if (method === 'POST') return add(users, body as never) ? [201, {}] : [409, {}]
  if (method === 'PATCH') return change(user, body) ? [200, {}] : [404, {}]
  users.delete(user?.id ?? '')
  return [204]
}

// https://www.keycloak.org/docs-api/latest/rest-api
const keycloak: ServiceModel = (request, users) => {
  const { method, path, query, headers, body } = request
  const shown = (user: ServiceUser) => ({
    id: user.id,
    username: user.username,
    email: user.email,
    emailVerified: user.verified,
    enabled: !user.blocked,
    firstName: user.given,
    lastName: user.family,
  })
  if (path === '/realms/people/protocol/openid-connect/token') {
    expect(body['client_secret'] === 'machine secret', 'client')
    if (body['grant_type'] === 'client_credentials') return [200, { access_token: 'machine token', expires_in: 60 }]
    const user = find(users, body['username'])
    if (user?.password !== body['password'])
      return [401, { error: 'invalid_grant', error_description: 'Invalid user credentials' }]
    return user?.blocked ? [400, { error: 'invalid_grant', error_description: 'Account disabled' }] : [200, {}]
  }
  expect(headers.authorization === 'Bearer machine token' && path.startsWith('/admin/realms/people/users'), 'token')
  if (method === 'GET' && query.has('first'))
    return [200, [...users.values()].slice(Number(query.get('first'))).map(shown)]
  if (method === 'GET')
    return [
      200,
      [find(users, query.get('email') ?? query.get('username'))].flatMap((each) => (each ? [shown(each)] : [])),
    ]
  if (method === 'POST') {
    const [credential] = body['credentials'] as { value: string }[]
    return add(users, { email: text(body['email']), username: body['username'], password: credential?.value ?? '' })
      ? [201]
      : [409, {}]
  }
  const id = decodeURIComponent(path.split('/')[5] ?? '')
  if (path.endsWith('/reset-password')) return change(users.get(id), { password: body['value'] }) ? [204] : [404, {}]
  if (method === 'PUT') return change(users.get(id), body, 'emailVerified') ? [204] : [404, {}]
  return users.delete(id) ? [204] : [204]
}

// https://developer.okta.com/docs/api: authn, users
const okta: ServiceModel = (request, users) => {
  const { method, path, query, headers, body } = request
  const shown = (user: ServiceUser) => ({
    id: user.id,
    status: user.blocked ? 'SUSPENDED' : 'ACTIVE',
    lastLogin: user.username === 'ada' ? last_login : null,
    profile: { login: user.username, email: user.email, firstName: user.given, lastName: user.family },
  })
  if (path === '/api/v1/authn') {
    const user = find(users, body['username'])
    if (user?.password !== body['password']) return [401, { errorCode: 'E0000004' }]
    return [200, { status: user?.blocked ? 'LOCKED_OUT' : 'SUCCESS' }]
  }
  expect(headers.authorization === 'SSWS token' && path.startsWith('/api/v1/users'), 'token')
  if (method === 'GET' && query.has('filter')) {
    const filter = /^profile\.login eq (".*") or profile\.email eq \1$/.exec(query.get('filter') ?? '')
    expect(filter !== null, `filter ${query.get('filter')}`)
    return [200, [find(users, quoted(filter?.[1]))].flatMap((each) => (each ? [shown(each)] : []))]
  }
  if (method === 'GET') {
    const all = [...users.values()]
    const from = query.has('after') ? all.findIndex(({ id }) => id === query.get('after')) + 1 : 0
    const next = all[from]?.id
    const link =
      from + 1 < all.length ? { link: `<http://service/api/v1/users?after=${next}&limit=200>; rel="next"` } : {}
    return [200, all.slice(from, from + 1).map(shown), link]
  }
  const { profile, credentials } = body as {
    profile?: Record<string, unknown>
    credentials?: { password: { value: string } }
  }
  if (method === 'POST' && path === '/api/v1/users') {
    const user = {
      email: text(profile?.['email']),
      username: profile?.['login'],
      password: credentials?.password.value ?? '',
    }
    const exists = {
      errorCode: 'E0000001',
      errorCauses: [{ errorSummary: 'login: An object with this field already exists' }],
    }
    return add(users, user) ? [200, {}] : [400, exists]
  }
  if (method === 'POST') {
    const password = credentials && { password: credentials.password.value }
    return change(users.get(idOf(request)), { ...profile, ...password }) ? [200, {}] : [404, {}]
  }
  return users.delete(idOf(request)) ? [204] : [404, {}]
}

// https://cloud.google.com/identity-platform/docs/reference/rest
const firebase: ServiceModel = ({ method, path, query, headers, body }, users) => {
  const shown = (user: ServiceUser) => ({
    localId: user.id,
    ...(user.username === 'ada' && { lastLoginAt: String(Date.parse(last_login)) }),
    email: user.email,
    emailVerified: user.verified,
    ...(user.given && { displayName: `${user.given} ${user.family}` }),
    disabled: user.blocked,
  })
  if (path === '/token') {
    expect(body['grant_type'] === 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'grant')
    return [200, { access_token: 'machine token', expires_in: 3600 }]
  }
  if (path === '/v1/accounts:signInWithPassword') {
    expect(query.get('key') === 'key', 'key')
    const user = find(users, body['email'])
    if (user?.password !== body['password']) return [400, { error: { message: 'INVALID_LOGIN_CREDENTIALS' } }]
    return user?.blocked ? [400, { error: { message: 'USER_DISABLED' } }] : [200, { localId: user?.id }]
  }
  expect(headers.authorization === 'Bearer machine token' && path.startsWith('/v1/projects/project/accounts'), 'token')
  const user = users.get(text(body['localId']))
  if (path.endsWith(':lookup')) {
    const found = find(users, (body['email'] as string[])[0])
    return [200, found?.email.includes('@') === true ? { users: [shown(found)] } : {}]
  }
  if (method === 'GET') return [200, query.has('nextPageToken') ? {} : { users: [...users.values()].map(shown) }]
  if (path.endsWith(':update')) return change(user, body, 'emailVerified') ? [200, {}] : [400, {}]
  if (path.endsWith(':delete'))
    return users.delete(user?.id ?? '') ? [200, {}] : [400, { error: { message: 'USER_NOT_FOUND' } }]
  return add(users, body as never) ? [200, {}] : [400, { error: { message: 'EMAIL_EXISTS' } }]
}

// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference
const cognito: ServiceModel = ({ headers, body }, users) => {
  const refusal = (type: string, message = ''): ServiceAnswer => [400, { __type: type, message }]
  const shown = (user: ServiceUser) => ({
    Username: user.username,
    Enabled: !user.blocked,
    UserStatus: 'CONFIRMED',
    Attributes: Object.entries({
      sub: user.id,
      email: user.email,
      email_verified: String(user.verified),
      ...(user.given && { given_name: user.given, family_name: user.family }),
    }).map(([Name, Value]) => ({ Name, Value })),
  })
  expect(
    String(headers.authorization).includes('Credential=AKIDEXAMPLE') && body['UserPoolId'] === 'eu-west-1_pool',
    'signature',
  )
  const action = String(headers['x-amz-target']).split('.')[1]
  const name = text(body['Username'])
  const user = users.get(name) ?? find(users, name)
  if (action === 'AdminInitiateAuth') {
    const { USERNAME, PASSWORD, SECRET_HASH } = body['AuthParameters'] as Record<string, string>
    expect(SECRET_HASH !== undefined && body['ClientId'] === 'app', 'secret hash')
    const found = find(users, USERNAME)
    if (found?.password !== PASSWORD) return refusal('NotAuthorizedException', 'Incorrect username or password.')
    return found?.blocked ? refusal('NotAuthorizedException', 'User is disabled.') : [200, { AuthenticationResult: {} }]
  }
  if (action === 'ListUsers' && body['Filter'] !== undefined) {
    const filter = /^(?:email|username) = (".*")$/.exec(text(body['Filter']))
    expect(filter !== null, `filter ${text(body['Filter'])}`)
    return [200, { Users: [find(users, quoted(filter?.[1]))].flatMap((each) => (each ? [shown(each)] : [])) }]
  }
  if (action === 'ListUsers')
    return [200, { Users: body['PaginationToken'] === undefined ? [...users.values()].map(shown) : [] }]
  if (action === 'AdminCreateUser') {
    const [email] = body['UserAttributes'] as { Value: string }[]
    const is_new = add(users, { email: email?.Value ?? '', username: name, password: 'temporary' })
    return is_new ? [200, {}] : refusal('UsernameExistsException')
  }
  if (action === 'AdminSetUserPassword')
    return change(user, { password: body['Password'] }) ? [200, {}] : refusal('UserNotFoundException')
  if (action === 'AdminDeleteUser') return users.delete(user?.id ?? '') ? [200, {}] : refusal('UserNotFoundException')
  const attributes = (body['UserAttributes'] as { Name: string; Value: string }[]).map(({ Name, Value }) => [
    Name,
    Value,
  ])
  return change(user, Object.fromEntries(attributes) as Record<string, string>)
    ? [200, {}]
    : refusal('UserNotFoundException')
}

/** The models by the templates. */
export const services = {
  auth0,
  keycloak,
  okta,
  firebase,
  cognito,
}
