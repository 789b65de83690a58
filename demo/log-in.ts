import { connection_name, type DemoContext } from './demo-context.ts'
import { textAt } from './json-path.ts'
import type { LegacyUser } from './legacy-store/legacy-users.ts'
import { lastOutcomes } from './management-api.ts'
import { sendRequest, type HttpResponse } from './send-request.ts'

/** The response to a login, the number of queries that the legacy store received for it, and the logged outcome. */
export type Login = HttpResponse & { legacy_queries: number; outcome: string }

/** Sends a password grant to the token endpoint, as an application does. */
export async function sendPasswordGrant(context: DemoContext, email: string, password: string): Promise<HttpResponse> {
  return await sendRequest(`${context.wherry.issuer}oauth/token`, {
    method: 'POST',
    json: {
      grant_type: 'password',
      client_id: context.client_id,
      realm: connection_name,
      username: email,
      password,
      scope: 'openid profile email',
    },
  })
}

async function logIn(context: DemoContext, email: string, password: string): Promise<Login> {
  const queries_before = context.store.queries()
  const response = await sendPasswordGrant(context, email, password)
  const legacy_queries = context.store.queriesSince(queries_before)
  const [outcome = ''] = await lastOutcomes(context, email)
  return { ...response, legacy_queries, outcome }
}

/** Logs a user in and reports it as a step that checks the status, the outcome and the number of legacy queries. */
export async function reportLogin(
  context: DemoContext,
  { email }: LegacyUser,
  { action, password, expected }: { action: string; password: string; expected: [number, string, number] },
): Promise<Login> {
  const login = await logIn(context, email, password)
  const [status, outcome, legacy_queries] = expected
  context.report.step({
    subject: email,
    action,
    result: `${login.status} ${login.outcome}`,
    ms: login.ms,
    legacy_queries: login.legacy_queries,
    checks: {
      status: { actual: login.status, expected: status },
      outcome: { actual: login.outcome, expected: outcome },
      'legacy queries': { actual: login.legacy_queries, expected: legacy_queries },
    },
  })
  return login
}

/** The claims of an ID token, whose signature is not checked: it comes from the token endpoint itself. */
export function idTokenClaims(response: HttpResponse): unknown {
  const [, payload = ''] = textAt(response.body, 'id_token').split('.')
  return payload === '' ? undefined : (JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown)
}
