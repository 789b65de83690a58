import type { ServiceModel, ServiceUser } from './service-template-cases.ts'
import { add, change, expect, find, idOf, text } from './service-models.ts'

function profile(user: ServiceUser) {
  return {
    id: user.id,
    email: user.email,
    username: user.username,
    email_verified: user.verified,
    ...(user.given && { given_name: user.given, family_name: user.family }),
    blocked: user.blocked,
    password: user.password,
  }
}

const json_web_service: ServiceModel = ({ path, headers, body }, users) => {
  expect(headers['x-api-key'] === 'key', 'key')
  const user = find(users, body['email'])
  const changed = users.get(text(body['id']))
  switch (path) {
    case '/login':
      if (!user) return [404, {}]
      return user.password === body['password'] ? [200, profile(user)] : [401, { id: user.id }]
    case '/get_user':
      return user ? [200, profile(user)] : [404, {}]
    case '/create':
      return add(users, body as never) ? [201] : [409, {}]
    case '/change_password':
    case '/change_email':
      return change(changed, body) ? [204] : [404, {}]
    case '/verify':
      return change(changed, { email_verified: true }) ? [204] : [404, {}]
    case '/delete':
      users.delete(changed?.id ?? '')
      return [204]
    default:
      return [200, { users: body['cursor'] === null ? [...users.values()].map(profile) : [] }]
  }
}

const basic_auth: ServiceModel = (request, users) => {
  const { method, path, query, headers, body } = request
  const [name = '', ...secret] = Buffer.from(headers.authorization?.slice(6) ?? '', 'base64')
    .toString()
    .split(':')
  if (path === '/profile') {
    const user = find(users, name)
    return user?.password === secret.join(':') && user ? [200, profile(user)] : [401, {}]
  }
  expect(name === 'wherry' && secret.join(':') === 'look up', 'technical user')
  if (path === '/users') {
    if (method === 'POST') return add(users, body as never) ? [201] : [409, {}]
    return [200, { users: query.has('cursor') ? [] : [...users.values()].map(profile) }]
  }
  if (method === 'GET') {
    const user = find(users, idOf(request))
    return user ? [200, profile(user)] : [404, {}]
  }
  if (method === 'PATCH') return change(users.get(idOf(request)), body) ? [204] : [404, {}]
  users.delete(idOf(request))
  return [204]
}

/** The services that the templates for a web service of one's own describe. */
export const web_services = { 'json-web-service': json_web_service, 'basic-auth-web-service': basic_auth }
