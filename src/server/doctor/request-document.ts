import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { TLSSocket } from 'node:tls'

/** The answer of an address: its status, its body, and why this machine does not trust its certificate. */
export type AddressAnswer = { status: number; body: string; untrusted: string | undefined }

const answer_within_ms = 5000
const body_max = 65_536

async function readBody(response: IncomingMessage): Promise<string> {
  let body = ''
  for await (const piece of response) {
    body += String(piece)
    if (body.length > body_max) break
  }
  return body.slice(0, body_max)
}

/** Gets a document, also where the certificate is not trusted. No redirect is followed. @throws Error of the connection */
export function requestDocument(url: string): Promise<AddressAnswer> {
  const send = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const options = { rejectUnauthorized: false, agent: false, signal: AbortSignal.timeout(answer_within_ms) }
    const sent = send(url, options, (response) => {
      const { socket } = response
      // Node has a code here, and types it as an error.
      const untrusted =
        socket instanceof TLSSocket && !socket.authorized ? String(socket.authorizationError) : undefined
      readBody(response).then((body) => resolve({ status: response.statusCode ?? 0, body, untrusted }), reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}
