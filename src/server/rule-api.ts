import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import { bearerToken } from '../http/bearer-token.ts'
import { admitRequestOfRules } from '../management/token-of-rules.ts'
import type { RuleApi } from '../rules/rule-api.ts'
import type { ScriptEndpoint } from '../sandbox/script-endpoint.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { endpointCertificate } from './endpoint-certificate.ts'

/** What a connection of a script may do. */
type Connection = { tenant_id: string; domain: string; is_listed: boolean }

// An endpoint has a certificate; another one of the same host starts a process of the tenant's rules anew.
const endpoints_max = 500

// A script writes its headers itself: those of a proxy would be believed.
const proxy_headers = /^(?:forwarded|x-forwarded-.*|x-real-ip|auth0-forwarded-for)$/

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
  response.end(JSON.stringify({ statusCode: status, error: status === 401 ? 'Unauthorized' : 'Forbidden', message }))
}

/** Splits the domain of a tenant into what a script connects to. */
function targetOf(domain: string): { host: string; port: number } {
  const { hostname, port } = new URL(`https://${domain}`)
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? 443 : Number(port) }
}

/**
 * Creates the access of rules to the Management API: in this process, at the host of the tenant, with a token for each call that
 * ends with it. Requests with other tokens, or none, are those of any caller of the tenant's host, and need an egress policy that permits
 * the host.
 *
 * @param answer answers a request of the tenants' origin
 */
export function createRuleApi({ clock }: { clock: Clock }, answer: RequestListener): RuleApi {
  const tenants_of_tokens = new Map<string, string>()
  const connections = new WeakMap<object, Connection>()
  const endpoints = new LRUCache<string, Promise<ScriptEndpoint>>({ max: endpoints_max })

  function onRequest(request: IncomingMessage, response: ServerResponse): void {
    const connection = connections.get(request.socket)
    if (!connection) return void request.destroy()
    const { tenant_id, domain, is_listed } = connection
    for (const name of Object.keys(request.headers)) if (proxy_headers.test(name)) delete request.headers[name]
    request.headers.host = domain
    const token_tenant = tenants_of_tokens.get(bearerToken(request.headers.authorization) ?? '')
    if (token_tenant === tenant_id) admitRequestOfRules(request, tenant_id)
    else if (token_tenant !== undefined) return refuse(response, 401, 'Invalid token')
    else if (!is_listed) return refuse(response, 403, 'extensibility_egress does not list this host.')
    return answer(request, response)
  }

  // It listens nowhere: connections are handed to it.
  const http = createServer(onRequest)

  async function openEndpoint({ tenant_id, domain }: Tenant): Promise<ScriptEndpoint> {
    const target = targetOf(domain)
    const { certificate, private_key } = await endpointCertificate(target.host, clock.now())
    const secureContext = createSecureContext({ cert: certificate, key: private_key })
    return {
      ...target,
      certificate,
      serve(socket: Socket, is_listed: boolean) {
        const secured = new TLSSocket(socket, { isServer: true, secureContext })
        connections.set(secured, { tenant_id, domain, is_listed })
        Object.defineProperty(secured, 'remoteAddress', { value: '127.0.0.1' })
        secured.on('error', () => secured.destroy())
        secured.once('secure', () => http.emit('connection', secured))
      },
    }
  }

  return {
    async open(tenant) {
      const { tenant_id, domain } = tenant
      const key = JSON.stringify([tenant_id, domain])
      const opened = endpoints.get(key) ?? openEndpoint(tenant)
      endpoints.set(key, opened)
      const endpoint = await opened.catch((error: unknown) => {
        endpoints.delete(key)
        throw error
      })
      const token = randomBytes(32).toString('base64url')
      tenants_of_tokens.set(token, tenant_id)
      const end = (): void => void tenants_of_tokens.delete(token)
      return { base_url: `https://${domain}/api/v2`, token, endpoint, end }
    },
  }
}
