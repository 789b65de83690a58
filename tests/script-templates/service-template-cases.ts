import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { services } from './service-models.ts'
import { web_services } from './web-service-models.ts'
import type { OpenedStore, TemplateCase } from './template-tests.ts'

/** A request as a model of a service sees it. `body` is parsed: JSON or a form. */
export type ServiceRequest = {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Record<string, unknown>
}

/** A user of a model. */
export type ServiceUser = {
  id: string
  email: string
  username?: string
  password: string
  verified: boolean
  blocked: boolean
  given?: string
  family?: string
}

/** What a model answers. */
export type ServiceAnswer = [status: number, body?: unknown, headers?: Record<string, string>]

/** A model of a service: the part of its documented API that the template calls. It shows that the template fits this documentation. */
export type ServiceModel = (request: ServiceRequest, users: Map<string, ServiceUser>) => ServiceAnswer

function readBody(text: string, type = ''): Record<string, unknown> {
  if (type.includes('urlencoded')) return Object.fromEntries(new URLSearchParams(text))
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

async function open(model: ServiceModel, settings: (url: string) => Record<string, string>): Promise<OpenedStore> {
  const password = 'right pässword'
  const users = new Map<string, ServiceUser>(
    [
      {
        id: 'u-1',
        email: 'ada@example.org',
        username: 'ada',
        password,
        verified: true,
        blocked: false,
        given: 'Ada',
        family: 'Lovelace',
      },
      {
        id: 'u-2',
        email: 'eve@example.org',
        username: 'eve',
        password,
        verified: true,
        blocked: true,
        given: 'Eve',
        family: 'E',
      },
    ].map((user) => [user.id, user]),
  )
  const problems: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://service')
      const { method = '', headers } = request
      let answer: ServiceAnswer
      try {
        const body = readBody(Buffer.concat(chunks).toString(), headers['content-type'])
        answer = model({ method, path: url.pathname, query: url.searchParams, headers, body }, users)
      } catch (error) {
        problems.push(String(error))
        answer = [500, { error: String(error) }]
      }
      const [status, content, more = {}] = answer
      response.writeHead(status, { 'content-type': 'application/json', ...more })
      response.end(content === undefined ? undefined : JSON.stringify(content))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    settings: settings(url),
    snapshot: () => Promise.resolve(JSON.stringify([...users.values(), problems])),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const service_account = JSON.stringify({
  client_email: 'wherry@project.example',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
})
const names = { given_name: 'Ada', family_name: 'Lovelace' }
const ada = { user_id: 'u-1', email: 'ada@example.org', email_verified: true }
const last_login = '2026-03-01T10:20:30.000Z'
const common = { password: 'right pässword', is_silent: true }

/** The templates of services, on models of their APIs. */
export const service_template_cases: TemplateCase[] = [
  {
    ...common,
    title: 'auth0 on a model of its APIs',
    template: 'auth0',
    open: () =>
      open(services.auth0, (BASE_URL) => ({
        BASE_URL,
        REALM: 'people',
        CLIENT_ID: 'app',
        CLIENT_SECRET: 'app secret',
        MANAGEMENT_CLIENT_ID: 'machine',
        MANAGEMENT_CLIENT_SECRET: 'machine secret',
      })),
    username: 'ada',
    last_login,
    // One of the users was created by the test.
    listed: 253,
    profile: { ...ada, ...names, username: 'ada' },
  },
  {
    ...common,
    title: 'keycloak on a model of its APIs',
    template: 'keycloak',
    open: () =>
      open(services.keycloak, (BASE_URL) => ({
        BASE_URL,
        REALM: 'people',
        CLIENT_ID: 'wherry',
        CLIENT_SECRET: 'machine secret',
      })),
    username: 'ada',
    profile: { ...ada, ...names, username: 'ada' },
  },
  {
    ...common,
    title: 'okta on a model of its APIs',
    template: 'okta',
    open: () => open(services.okta, (BASE_URL) => ({ BASE_URL, API_TOKEN: 'token' })),
    username: 'ada',
    without: ['verify'],
    last_login,
    profile: { ...ada, ...names, username: 'ada' },
  },
  {
    ...common,
    title: 'firebase on a model of its API',
    template: 'firebase',
    open: () =>
      open(services.firebase, (BASE_URL) => ({
        BASE_URL,
        TOKEN_URL: `${BASE_URL}/token`,
        PROJECT_ID: 'project',
        API_KEY: 'key',
        SERVICE_ACCOUNT: service_account,
      })),
    last_login: Date.parse(last_login),
    profile: { ...ada, name: 'Ada Lovelace' },
  },
  {
    ...common,
    title: 'cognito on a model of its API',
    template: 'cognito',
    open: () =>
      open(services.cognito, (BASE_URL) => ({
        BASE_URL,
        USER_POOL_ID: 'eu-west-1_pool',
        CLIENT_ID: 'app',
        CLIENT_SECRET: 'app secret',
        ACCESS_KEY_ID: 'AKIDEXAMPLE',
        SECRET_ACCESS_KEY: 'secret',
      })),
    username: 'ada',
    profile: { ...ada, ...names, username: 'ada' },
  },
  {
    ...common,
    title: 'json-web-service on a service',
    template: 'json-web-service',
    open: () => open(web_services['json-web-service'], (BASE_URL) => ({ BASE_URL, API_KEY: 'key' })),
    is_silent: false,
    username: 'ada',
    profile: { ...ada, ...names, username: 'ada' },
  },
  {
    ...common,
    title: 'basic-auth-web-service on a service',
    template: 'basic-auth-web-service',
    open: () =>
      open(web_services['basic-auth-web-service'], (BASE_URL) => ({
        BASE_URL,
        LOOKUP_USER: 'wherry',
        LOOKUP_PASSWORD: 'look up',
      })),
    username: 'ada',
    profile: { ...ada, ...names, username: 'ada' },
  },
]
