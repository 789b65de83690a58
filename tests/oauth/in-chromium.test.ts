// The sign-in in a real browser: its cookies, its Back button, its frames, with script and without.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { peopleOptions } from '../login/people-scripts.ts'
import { launchChromium } from '../support/chromium.ts'
import { freePort } from '../support/free-port.ts'
import { outcomeOf } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'
import { createBrowserClient } from './browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>
let chromium: Browser
let application: Server
let origin: string
/** Requests to the callback of the application: the method, and the parameters. */
const received: { method: string; parameters: Record<string, string> }[] = []

before(async () => {
  const port = await freePort()
  origin = `http://127.0.0.1:${port}`
  application = createServer((request, response) => {
    void (async () => {
      const { pathname, search } = new URL(request.url ?? '/', origin)
      const parameters = Object.fromEntries(
        new URLSearchParams(request.method === 'POST' ? await text(request) : search),
      )
      if (pathname === '/callback') received.push({ method: request.method ?? '', parameters })
      response.setHeader('content-type', 'text/html')
      response.end(`<title>application</title><h1>${pathname}</h1>`)
    })()
  }).listen(port, '127.0.0.1')
  await once(application, 'listening')
  server = await startTestServer()
  app = await createBrowserClient(server, {
    callbacks: [`${origin}/callback`],
    allowed_logout_urls: [`${origin}/`],
    web_origins: [origin],
  })
  chromium = await launchChromium()
})

after(async () => {
  await chromium?.close()
  await server?.close()
  application?.close()
})

const authorize = (parameters: Record<string, string> = {}): string =>
  `${server.origin}${app.authorize({ redirect_uri: `${origin}/callback`, ...parameters })}`

/** Runs `work` in a browser with an empty profile. */
async function inBrowser(
  work: (tab: Page, context: BrowserContext) => Promise<void>,
  javaScriptEnabled = true,
): Promise<void> {
  const context = await chromium.newContext({ javaScriptEnabled })
  try {
    await work(await context.newPage(), context)
  } finally {
    await context.close()
  }
}

async function fillIn(tab: Page, username: string, password: string): Promise<void> {
  await tab.fill('[name=username]', username)
  await tab.fill('[name=password]', password)
  await tab.click('button[type=submit]')
}

const isAtCallback = async (tab: Page): Promise<void> => {
  await tab.waitForURL(`${origin}/callback**`)
  assert.equal(await tab.title(), 'application')
}

describe('in Chromium', () => {
  it('a user of the legacy store signs in without script, with blanks in the password', async () => {
    const password = ' p äß '
    const people = peopleOptions({
      'p@legacy.example': { password, profile: { user_id: 'p', email: 'p@legacy.example' } },
    })
    await server.createConnection('legacy', people, [app.client])
    await inBrowser(async (tab) => {
      await tab.goto(authorize({ connection: 'legacy', state: 'without script' }))
      await fillIn(tab, 'p@legacy.example', 'wrong')
      assert.equal(await tab.inputValue('[name=username]'), 'p@legacy.example')
      await fillIn(tab, 'p@legacy.example', password)
      await isAtCallback(tab)
      assert.equal(received.at(-1)?.parameters['state'], 'without script')
    }, false)
    const [event] = await server.logs('type:s')
    assert.equal(outcomeOf(event), 'moved')
  })

  it('Back and reload after a sign-in lead to the application again, and after a logout to the form', async () => {
    await inBrowser(async (tab) => {
      await tab.goto(authorize())
      const login_page = tab.url()
      await fillIn(tab, ada.email, ada.password)
      await isAtCallback(tab)
      const count = received.length
      await tab.goBack()
      await isAtCallback(tab)
      await tab.goto(login_page)
      await isAtCallback(tab)
      assert.ok(received.length > count)
      assert.ok(received.at(-1)?.parameters['code'])
      await tab.goto(
        `${server.origin}/v2/logout?client_id=${app.client.client_id}&returnTo=${encodeURIComponent(`${origin}/`)}`,
      )
      assert.equal(tab.url(), `${origin}/`)
      await tab.goto(login_page)
      assert.equal(await tab.locator('[name=password]').count(), 1)
    })
  })

  it('a new window with the stored cookies is signed in', async () => {
    await inBrowser(async (tab, context) => {
      await tab.goto(authorize())
      await fillIn(tab, ada.email, ada.password)
      await isAtCallback(tab)
      const later = await chromium.newContext({ storageState: await context.storageState() })
      const other = await later.newPage()
      await other.goto(authorize({ prompt: 'none', state: 'later' }))
      await later.close()
      assert.ok(received.at(-1)?.parameters['code'])
    })
  })

  it('the answer by a form is sent by its script, and by its button without script', async () => {
    for (const javaScriptEnabled of [true, false]) {
      await inBrowser(async (tab) => {
        await tab.goto(authorize({ response_mode: 'form_post' }))
        await fillIn(tab, ada.email, ada.password)
        if (!javaScriptEnabled) await tab.click('button')
        await isAtCallback(tab)
        const { method, parameters } = received.at(-1) ?? {}
        assert.equal(method, 'POST')
        assert.ok(parameters?.['code'])
      }, javaScriptEnabled)
    }
  })

  it('a hidden frame receives a code silently, login_required without a session, and another origin nothing', async () => {
    await inBrowser(async (tab) => {
      const silently = async (page: string, wait_ms = 15_000): Promise<unknown> => {
        await tab.goto(page)
        const address = authorize({ response_mode: 'web_message', prompt: 'none', state: 's' })
        return await tab.evaluate<unknown>(`new Promise((resolve) => {
          addEventListener('message', ({ data, origin }) => resolve({ data, from: origin }))
          setTimeout(() => resolve('nothing'), ${wait_ms})
          const frame = document.createElement('iframe')
          frame.src = ${JSON.stringify(address)}
          document.body.append(frame)
        })`)
      }
      const refused = (await silently(origin)) as { data: { response: { error: string } }; from: string }
      assert.equal(refused.data.response.error, 'login_required')
      assert.equal(refused.from, server.origin)
      await tab.goto(authorize())
      await fillIn(tab, ada.email, ada.password)
      await isAtCallback(tab)
      const answer = (await silently(origin)) as { data: { type: string; response: { code: string; state: string } } }
      assert.equal(answer.data.type, 'authorization_response')
      assert.equal(answer.data.response.state, 's')
      assert.equal((await app.exchange(answer.data.response.code, { redirect_uri: `${origin}/callback` })).status, 200)
      assert.equal(await silently(origin.replace('127.0.0.1', 'localhost'), 1500), 'nothing')
    })
  })

  it('a double click is one sign-in', async () => {
    await inBrowser(async (tab) => {
      await tab.goto(authorize({ prompt: 'login' }))
      const before_click = (await server.must('GET', `users/${encodeURIComponent(app.user_id)}`)).logins_count
      await tab.fill('[name=username]', ada.email)
      await tab.fill('[name=password]', ada.password)
      await tab.dblclick('button[type=submit]')
      await isAtCallback(tab)
      await tab.waitForTimeout(300)
      const { logins_count } = await server.must('GET', `users/${encodeURIComponent(app.user_id)}`)
      assert.equal(logins_count, before_click + 1)
    })
  })
})
