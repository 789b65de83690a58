// A browser without script for benchmarks: keeps cookies, follows redirects, and sends the form of the page it is shown.
import { request as httpRequest, type Agent } from 'node:http'

type Visit = { status: number; location: string | undefined; cookies: string[]; text: string }

/** Sends one request and reads the whole answer. */
function visit(agent: Agent, url: URL, headers: Record<string, string>, body?: string): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { agent, method: body === undefined ? 'GET' : 'POST', headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => {
        const { location, 'set-cookie': cookies = [] } = response.headers
        resolve({ status: response.statusCode ?? 0, location, cookies, text })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The form of a page with what is typed into it, and where it is sent. @throws Error where there is none */
function fillForm(page: string, typed: Record<string, string>): { action: string; body: string } {
  const action = /<form[^>]* action="([^"]*)"/.exec(page)?.[1]
  if (action === undefined) throw new Error(`the page has no form: ${page.slice(0, 300)}`)
  const hidden = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
  const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]))
  return { action, body: new URLSearchParams({ ...fields, ...typed }).toString() }
}

const hops_max = 10

/**
 * Opens `start` in a new browser, fills in the form that follows, and answers the address below `redirect_uri` where the browser arrives.
 *
 * @throws Error where it arrives elsewhere
 */
export async function logInByBrowser(
  agent: Agent,
  { start, redirect_uri, typed }: { start: string; redirect_uri: string; typed: Record<string, string> },
): Promise<URL> {
  const jar = new Map<string, string>()
  let url = new URL(start)
  let body: string | undefined
  for (let hop = 0; hop < hops_max; hop += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await visit(agent, url, { ...(cookie === '' ? {} : { cookie }), ...form }, body)
    for (const line of answer.cookies) {
      const [pair = ''] = line.split(';')
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    body = undefined
    if (answer.location !== undefined) url = new URL(answer.location, url)
    else if (answer.status === 200) {
      const filled = fillForm(answer.text, typed)
      url = new URL(filled.action, url)
      body = filled.body
    } else throw new Error(`${url.href} answered ${answer.status}: ${answer.text.slice(0, 300)}`)
    if (url.href.startsWith(redirect_uri)) return url
  }
  throw new Error(`the browser does not arrive at ${redirect_uri}`)
}
