// One log-in page for the users of several connections.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { peopleOptions, type Scripted } from '../login/people-scripts.ts'
import { answerOf, createBrowser, formOf, type Visit } from '../support/browser.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { callback, requestsOf } from './browser-client.ts'

const both = 'both@example.com'
let server: TestServer
let made = 0

const person = (store: string, id: string): [string, Scripted] => {
  const email = `${id}@${store}.example`
  return [email, { password: `${store} ${id}`, profile: { user_id: id, email } }]
}

/** Options of a connection to a legacy store with users of its own and `both@example.com`, who is another one in each store. */
const optionsOf = (store: string, namespace: string, more: JsonObject = {}): JsonObject => ({
  ...peopleOptions({
    ...Object.fromEntries(['ann', 'bob', 'cat', 'dan', 'eve'].map((id) => person(store, id))),
    [both]: { password: `${store} both`, profile: { user_id: 'both', email: both } },
    'guest@second.example': {
      password: `${store} guest`,
      profile: { user_id: 'guest', email: 'guest@second.example' },
    },
    'odd@first.example': { answer: 'refused', profile: { user_id: 'odd' } },
  }),
  id_namespace: namespace,
  ...more,
})

/** Two stores, `first` and `second`, the client that uses both, and what a browser does with it. */
async function makeStores(changes: { first?: JsonObject; second?: JsonObject } = {}) {
  made += 1
  const client = await server.createClient({ grant_types: ['authorization_code'], callbacks: [callback] })
  const names = [`first-${made}`, `second-${made}`] as const
  const ids = [
    await server.createConnection(names[0], optionsOf('first', names[0], changes.first), [client]),
    await server.createConnection(names[1], optionsOf('second', names[1], changes.second), [client]),
  ] as const
  const app = requestsOf(server, client)
  return {
    names,
    ids,
    ...app,
    logIn: async (username: string, password: string, from?: string): Promise<Visit> =>
      await createBrowser(server, from === undefined ? {} : { 'x-forwarded-for': from }).logIn(
        app.authorize(),
        username,
        password,
      ),
    /** The connection in which the user of an answer is. */
    async connectionOf(answer: Visit): Promise<string> {
      const { id_token } = (await app.exchange(answerOf(answer).code)).json
      const { sub } = JSON.parse(Buffer.from(id_token.split('.')[1], 'base64url').toString())
      return (await server.must('GET', `users/${encodeURIComponent(sub)}`)).identities[0].connection
    },
    states: async (index: 0 | 1): Promise<unknown[]> => (await server.records(ids[index])).map(({ state }) => state),
  }
}
let stores: Awaited<ReturnType<typeof makeStores>>

before(async () => {
  server = await startTestServer({ production_hashes: true })
  stores = await makeStores()
})
after(() => server.close())

const outage = (email: string): JsonObject => ({
  configuration: {
    PEOPLE: JSON.stringify({ [email]: { answer: 'refused', profile: { user_id: 'x' } } }),
    CLOSED_PORT: '1',
  },
})

describe('one page for two stores', () => {
  it('moves the users of both, each into the own store, whose session they have', async () => {
    const { logIn, connectionOf, names, ids, authorize } = stores
    assert.equal(await connectionOf(await logIn('ann@first.example', 'first ann')), names[0])
    const browser = createBrowser(server)
    const answer = await browser.logIn(authorize(), 'ann@second.example', 'second ann')
    assert.equal(await connectionOf(answer), names[1])
    assert.equal(await connectionOf(await browser.open(authorize())), names[1], 'by the session')
    const sessions = server.internals.db.selectFrom('sessions').select('user_id').where('connection_id', '=', ids[1])
    assert.equal((await sessions.execute()).length, 1)
  })

  it('keeps the two people of one address apart', async () => {
    const { logIn, connectionOf, names } = stores
    assert.equal(await connectionOf(await logIn(both, 'second both')), names[1])
    assert.equal(await connectionOf(await logIn(both, 'first both')), names[0])
    assert.equal(await connectionOf(await logIn(both, 'second both')), names[1])
    assert.equal((await logIn(both, 'third both')).status, 403)
  })

  it('mails the link for a new password in the store that knows the user', async () => {
    const browser = createBrowser(server)
    const page = await browser.open(stores.authorize())
    const forgot = /href="(\/u\/reset-password\/request[^"]+)"/.exec(page.text)?.[1] ?? ''
    await browser.submit(formOf(await browser.visit(forgot)), { username: 'bob@second.example' })
    assert.equal((await server.outbox('bob@second.example')).length, 1)
  })

  it('is one store where the request names it', async () => {
    const { authorize, names } = stores
    const browser = createBrowser(server)
    const answer = await browser.logIn(authorize({ connection: names[0] }), 'cat@second.example', 'second cat')
    assert.equal(answer.status, 403)
  })

  it('ends with the outage of a store, and moves no user of the next one [guard: outage-ends-attempt]', async () => {
    const { logIn, connectionOf, names, ids, states } = await makeStores({ first: { disable_signup: true } })
    await logIn('ann@second.example', 'second ann')
    await server.must('PATCH', `connections/${ids[0]}`, {
      options: optionsOf('first', names[0], outage('dan@second.example')),
    })
    const answer = await logIn('dan@second.example', 'second dan')
    assert.equal(answer.status, 503)
    assert.match(answer.text, /Your password was not checked/)
    assert.deepEqual(await states(1), ['migrated'])
    await server.must('PATCH', `connections/${ids[0]}`, {
      options: optionsOf('first', names[0], { customScripts: { login: 'function login() { for (;;); }' } }),
    })
    const moved = await logIn('ann@second.example', 'second ann')
    assert.equal(await connectionOf(moved), names[1], 'a moved user is looked up in no other store')
  })

  it('signs new users up in the first store that permits it, and decides by the domain of an address [guard: domains-decide-store]', async () => {
    const { logIn, connectionOf, names, states, authorize } = await makeStores({
      first: { disable_signup: true, domain_aliases: ['first.example'] },
      second: { domain_aliases: ['second.example', 'Bücher.example'] },
    })
    const browser = createBrowser(server)
    const form = formOf(await browser.open(authorize({ screen_hint: 'signup' })))
    const chosen = { email: 'new@second.example', password: 'Chosen-Pass-1' }
    assert.equal(await connectionOf(await browser.submit(form, chosen)), names[1])
    assert.equal(await connectionOf(await logIn('ann@SECOND.example', 'second ann')), names[1])
    const of_first = await logIn('guest@second.example', 'first guest')
    assert.equal(of_first.status, 403, 'the first store was asked for an address of the second')
    assert.deepEqual(await states(0), [])
    assert.equal((await logIn('bob@first.example', 'wrong')).status, 403)
    assert.deepEqual([await states(0), new Set(await states(1))], [['seen'], new Set(['migrated', 'seen'])])
    assert.equal((await logIn('eve@xn--bcher-kva.example', 'x')).status, 403)
  })
})

describe('guesses', () => {
  const failuresOf = async (from: string): Promise<Record<string, number>> => {
    const rows = await server.internals.db.selectFrom('brute_force_counters').selectAll().execute()
    const own = rows.filter(({ description }) => description.includes(from))
    return Object.fromEntries(
      own.map(({ description, failures }) => {
        const { kind, connection = '' } = JSON.parse(description)
        return [`${kind} ${connection}`.trim(), failures]
      }),
    )
  }

  it('count in every store, once for the address, and at most ten are verified at once [guard: attempts-in-every-store]', async () => {
    const { logIn, names } = stores
    const from = '203.0.113.40'
    const guesses = Array.from({ length: 16 }, (_, nth) => logIn('cat@second.example', `guess ${nth}`, from))
    const answers = await Promise.all(guesses)
    assert.equal(answers.filter(({ status }) => status === 403).length, 10)
    assert.equal(answers.filter(({ status }) => status === 429).length, 6)
    const counted = await failuresOf(from)
    assert.equal(counted['address'], 10)
    assert.deepEqual([counted[`identifier ${names[0]}`], counted[`identifier ${names[1]}`]], [10, 10])
    assert.equal((await logIn('cat@second.example', 'second cat', from)).status, 429)
  })

  it('of one store do not lock the people of the other, and a success is no failure elsewhere', async () => {
    const { logIn, names, authorize } = stores
    const from = '203.0.113.41'
    const browser = createBrowser(server, { 'x-forwarded-for': from })
    for (let guess = 0; guess < 10; guess += 1) {
      await browser.logIn(authorize({ connection: names[0] }), both, `guess ${guess}`)
    }
    for (let login = 0; login < 3; login += 1) assert.ok(answerOf(await logIn(both, 'second both', from)).code)
    assert.equal((await logIn(both, 'first both', from)).status, 403)
    const counted = await failuresOf(from)
    assert.deepEqual([counted[`identifier ${names[0]}`], counted['address']], [10, 11])
  })

  it('count in the store that refused them also where the next one is out [guard: refusal-before-outage]', async () => {
    const { logIn, names } = await makeStores({ second: outage('ann@first.example') })
    const from = '203.0.113.42'
    assert.equal((await logIn('ann@first.example', 'wrong', from)).status, 503)
    const counted = await failuresOf(from)
    assert.deepEqual([counted[`identifier ${names[0]}`], counted['address']], [1, 1])
    assert.equal(counted[`identifier ${names[1]}`] ?? 0, 0)
  })

  it('cost one hash in each store, for known and unknown users [guard: equal-work-in-stores]', async () => {
    const { logIn } = stores
    await logIn('eve@first.example', 'first eve')
    await logIn('eve@second.example', 'second eve')
    const { passwords } = server.internals
    const { verify, verifyDummy } = passwords
    let hashes = 0
    Object.assign(passwords, {
      verify: (...args: Parameters<typeof verify>) => ((hashes += 1), verify(...args)),
      verifyDummy: (...args: Parameters<typeof verifyDummy>) => ((hashes += 1), verifyDummy(...args)),
    })
    try {
      for (const name of ['eve@first.example', 'eve@second.example', 'dan@first.example', 'nobody@else.example']) {
        hashes = 0
        assert.equal((await logIn(name, 'wrong', '203.0.113.43')).status, 403)
        assert.equal(hashes, 2, name)
      }
    } finally {
      Object.assign(passwords, { verify, verifyDummy })
    }
  })
})

describe('identifier first', () => {
  it('shows every user the same second page, and looks no user up before the password [guard: identifier-first-looks-nothing-up]', async () => {
    const { authorize, logIn } = await makeStores({ first: { identifier_first: true } })
    await logIn('ann@second.example', 'second ann')
    const browser = createBrowser(server)
    const first = await browser.open(authorize())
    for (const username of ['', ' ', 'x\u200by', 'x'.repeat(300)]) {
      assert.equal((await browser.submit(formOf(first), { username })).status, 400)
    }
    assert.match(first.text, /class="unseen"[^>]*type="password"/)
    const queries: string[] = []
    const { db } = server.internals
    const executor = db.getExecutor()
    const { executeQuery } = executor
    Object.assign(executor, {
      executeQuery: (query: { sql: string }, ...rest: unknown[]) => (
        queries.push(query.sql),
        Reflect.apply(executeQuery, executor, [query, ...rest])
      ),
    })
    const pages: string[] = []
    try {
      for (const name of ['ann@second.example', 'bob@second.example', 'nobody@else.example']) {
        const page = await browser.submit(formOf(first), { username: name, password: 'filled in' })
        assert.equal(page.status, 200)
        pages.push(page.text.replaceAll(name, 'NAME'))
      }
    } finally {
      Object.assign(executor, { executeQuery })
    }
    assert.equal(new Set(pages).size, 1)
    assert.deepEqual(
      queries.filter((sql) => /users|user_identifiers|credentials|migration/.test(sql)),
      [],
    )
    const second = await browser.submit(formOf(first), { username: 'bob@second.example' })
    assert.match(second.text, /name="username"[^>]*value="bob@second\.example"[^>]*readonly/)
    const wrong = await browser.submit(formOf(second), { username: 'bob@second.example', password: 'wrong' })
    assert.equal(wrong.status, 403)
    assert.match(wrong.text, /readonly/)
    const right = { username: 'bob@second.example', password: 'second bob' }
    assert.ok(answerOf(await browser.submit(formOf(wrong), right)).code)
  })
})
