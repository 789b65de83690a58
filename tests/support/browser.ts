// A browser without script: it keeps cookies, follows redirects of the server, and sends the forms of pages.
import type { Answer, RequestInput } from './requests.ts'

/** What a browser sends its requests through. */
type Sender = { send(path: string, input?: RequestInput): Promise<Answer>; issuer: string }

/** An answer of the server, with the address of a redirect. */
export type Visit = Answer & { location: string | null }

/** A form of a page: its action and its hidden fields. */
export type PageForm = { action: string; fields: Record<string, string> }

const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]
  return found === undefined ? undefined : unescaped(found)
}

/** The form of a page. @throws Error where there is none */
export function formOf({ text }: Pick<Answer, 'text'>): PageForm {
  const action = attribute(/<form\b[^>]*>/.exec(text)?.[0] ?? '', 'action')
  if (action === undefined) throw new Error(`There is no form: ${text.slice(0, 300)}`)
  const hidden = [...text.matchAll(/<input\b[^>]*\btype="hidden"[^>]*>/g)].map(
    ([tag]) => [attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? ''] as const,
  )
  return { action, fields: Object.fromEntries(hidden) }
}

/** The parameters of a redirect to a client: those of the query, or of the fragment. */
export function answerOf({ location }: Visit): Record<string, string> {
  if (location === null) throw new Error('The answer is no redirect')
  const { search, hash } = new URL(location)
  return Object.fromEntries(new URLSearchParams(hash === '' ? search : hash.slice(1)))
}

/** The message that a page with the response mode web_message sends to the window of the client, and the origin of that window. */
export function messageOf({ text }: Pick<Answer, 'text'>): { target: string; response: Record<string, string> } {
  const found = /<script type="application\/json" id="answer">(.*?)<\/script>/s.exec(text)?.[1]
  if (found === undefined) throw new Error(`There is no message: ${text}`)
  return JSON.parse(found) as { target: string; response: Record<string, string> }
}

/** Creates a browser with an empty cookie jar. `headers` are sent with each request. */
export function createBrowser(server: Sender, headers: Record<string, string> = {}) {
  const jar = new Map<string, string>()

  function keepCookies(answer: Answer): void {
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';')
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
      if (attributes.some((each) => each.trim() === 'Max-Age=0')) jar.delete(name)
      else jar.set(name, value)
    }
  }

  async function visit(address: string, input: RequestInput = {}): Promise<Visit> {
    const { pathname, search } = new URL(address, server.issuer)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const sent = { ...headers, ...(cookie === '' ? {} : { cookie }), ...input.headers }
    const answer = await server.send(pathname + search, { ...input, headers: sent })
    keepCookies(answer)
    return { ...answer, location: answer.headers.get('location') }
  }

  const isOwn = (location: string): boolean => new URL(location, server.issuer).origin === new URL(server.issuer).origin

  /** Opens an address and follows the redirects that stay on the server. */
  async function open(address: string): Promise<Visit> {
    let answer = await visit(address)
    for (let hops = 0; hops < 5 && answer.location !== null && isOwn(answer.location); hops += 1) {
      answer = await visit(answer.location)
    }
    return answer
  }

  /** Sends a form, with a browser's headers; redirects are not followed. */
  const submit = async ({ action, fields }: PageForm, typed: Record<string, string> = {}): Promise<Visit> =>
    await visit(action, {
      body: new URLSearchParams({ ...fields, ...typed }),
      headers: { 'sec-fetch-site': 'same-origin', origin: 'null' },
    })

  return {
    jar,
    visit,
    open,
    submit,
    /** Opens an address that leads to the login page, and sends its form. */
    async logIn(address: string, username: string, password: string): Promise<Visit> {
      return await submit(formOf(await open(address)), { username, password })
    },
  }
}
