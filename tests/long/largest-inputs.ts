// Sends the largest accepted inputs to every endpoint without a token, until it is ended. Arguments: issuer, admin origin, client id.
import { request } from 'node:http'

const [issuer = '', admins = '', client_id = ''] = process.argv.slice(2)
const body_bytes = 65_536
const marks = 'a' + '\u0307\u0323'.repeat(16_000)

/** A form of a hundred parameters that fills a body. */
const form = Array.from({ length: 100 }, (_, nth) => `p${nth}=${'x'.repeat(640)}`)
  .join('&')
  .slice(0, body_bytes)
const fits = (body: object): string => JSON.stringify(body).slice(0, body_bytes)
const names = [marks.slice(0, 254), '\ufdfa'.repeat(14), 'a'.repeat(254), marks.slice(0, 26_000)]
const bodies: [string, string][] = [
  ['application/x-www-form-urlencoded', form],
  ['application/x-www-form-urlencoded', `email=${encodeURIComponent(marks).slice(0, 60_000)}`],
  ['application/json', `{"a":${'['.repeat(32_000)}${']'.repeat(32_000)}}`],
  ['application/json', fits(Object.fromEntries(Array.from({ length: 100 }, (_, nth) => [`p${nth}`, 'x'.repeat(600)])))],
  ...names.map((name): [string, string] => [
    'application/json',
    JSON.stringify({
      client_id,
      connection: 'local',
      realm: 'local',
      grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
      email: name,
      username: name.slice(0, 254),
      password: 'x'.repeat(1024),
      scope: 'a '.repeat(4000),
    }),
  ]),
]
const paths = ['/oauth/token', '/oauth/revoke', '/userinfo', '/dbconnections/signup', '/dbconnections/change_password']
const pages = ['/u/reset-password', '/u/email-verification', '/u/admin-setup', '/nothing/here']
const query = `?${'a&'.repeat(99)}ticket=${'x'.repeat(14_000)}`

function send(origin: string, method: string, path: string, type?: string, body?: string): Promise<void> {
  return new Promise((resolve) => {
    const { host, port } = new URL(origin)
    const headers = { host, 'sec-fetch-site': 'same-origin', ...(type === undefined ? {} : { 'content-type': type }) }
    // The name of the admin origin has no address here.
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
      answer.resume()
      answer.on('close', resolve)
    })
    sent.on('error', () => resolve())
    sent.end(body)
  })
}

async function sendAll(): Promise<void> {
  for (;;) {
    for (const origin of [issuer, admins]) {
      for (const path of [...paths, ...pages]) {
        for (const [type, body] of bodies) await send(origin, 'POST', path, type, body)
        await send(origin, 'GET', `${path}${query}`)
      }
    }
  }
}

await Promise.all([sendAll(), sendAll(), sendAll(), sendAll()])
