// What a person does with mailed links: requests one, opens it, sends the form of its page.
import type { Answer } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'

/** Sends the form of a page as a browser does. */
export function postForm(
  server: TestServer,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return server.post(path, new URLSearchParams(fields), { 'sec-fetch-site': 'same-origin', ...headers })
}

/** The path of the link in the newest mail to an address. */
export async function mailedLink(server: TestServer, to: string): Promise<string> {
  const [mail] = await server.outbox(to)
  const link = /https?:\/\/\S+/.exec(String(mail?.['text']))?.[0]
  if (link === undefined) throw new Error(`No link was mailed to ${to}`)
  return link.slice(server.issuer.length - 1)
}

/** Requests a password reset and answers the path of the mailed link. */
export async function mailedReset(
  server: TestServer,
  client: { client_id: string },
  connection: string,
  email: string,
): Promise<string> {
  await server.post('/dbconnections/change_password', { client_id: client.client_id, connection, email })
  return await mailedLink(server, email)
}
