// The requests of the demo to the Management API.
import { setTimeout as sleep } from 'node:timers/promises'
import type { DemoContext } from './demo-context.ts'
import { listAt, textAt, valueAt } from './json-path.ts'
import { sendRequest, type HttpResponse, type RequestOptions } from './send-request.ts'

/** Calls the Management API. @throws Error for a response that is no success */
export async function callManagementApi(
  { wherry, token }: Pick<DemoContext, 'wherry' | 'token'>,
  path: string,
  options: RequestOptions = {},
): Promise<HttpResponse> {
  const response = await sendRequest(`${wherry.issuer}api/v2/${path}`, { ...options, token })
  if (response.status < 300) return response
  throw new Error(`${options.method ?? 'GET'} /api/v2/${path} returned ${response.status}: ${response.text}`)
}

/** The outcomes of the last `count` logins with this address, newest first, from the log events. */
export async function lastOutcomes(context: DemoContext, email: string, count = 1): Promise<string[]> {
  const query = new URLSearchParams({
    q: `user_name:"${email}" AND type:(s OR f OR fp OR fu)`,
    per_page: String(count),
  })
  const { body } = await callManagementApi(context, `logs?${query}`)
  return listAt(body).map((event) => textAt(event, 'details', 'migration', 'outcome') || textAt(event, 'type'))
}

/** The migration record of the user with this address; undefined where there is none. */
export async function migrationRecord(context: DemoContext, email: string): Promise<unknown> {
  const path = `migrations/${context.connection_id}/records`
  const { body } = await callManagementApi(context, path, { query: { q: email, take: '10' } })
  return listAt(body, 'records').find((record) => valueAt(record, 'email') === email)
}

/** The mail to this address, as soon as it is in the outbox. @throws Error after ten seconds */
export async function mailTo(context: DemoContext, email: string): Promise<unknown> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(50)) {
    const { body } = await callManagementApi(context, 'outbox')
    const mail = listAt(body).find((message) => valueAt(message, 'to') === email)
    if (mail !== undefined) return mail
  }
  throw new Error(`The outbox had no mail to ${email} after ten seconds.`)
}
