import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { renderHtml, renderLine } from '../../src/mail/liquid.ts'
import { createSmtp } from '../../src/mail/smtp.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import { ticketIn, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { startMailServer, type MailServer } from './mail-server.ts'

let server: TestServer
let client: TestClient
let mail_server: MailServer
let people = 0

before(async () => {
  mail_server = await startMailServer()
  server = await startTestServer({ env: { WHERRY_EGRESS_ALLOW: `127.0.0.1:${mail_server.port}` } })
  client = await server.createClient({ name: 'Shop' })
  await server.createConnection('users', {}, [client])
})
after(async () => {
  await server.close()
  await mail_server.close()
})

const smtp = (): JsonObject => ({
  name: 'smtp',
  default_from_address: 'Acme <mail@acme.test>',
  credentials: { smtp_host: '127.0.0.1', smtp_port: mail_server.port, smtp_user: 'acme', smtp_pass: 'pass-of-acme' },
})

/** A new user who requests a new password. Returns the address. */
async function requestReset(attributes: JsonObject = {}): Promise<string> {
  people += 1
  const email = `p${people}@example.com`
  await server.createUser('users', { email, password: 'Compiler no. 1', email_verified: true, ...attributes })
  const body = { client_id: client.client_id, connection: 'users', email }
  await server.post('/dbconnections/change_password', body)
  await server.settle()
  return email
}

async function replaceTemplate(name: string, change: JsonObject): Promise<void> {
  await server.must('PUT', `email-templates/${name}`, change)
}

describe('the mail service of a tenant', () => {
  it('is absent at first, configured once, and shown without secrets', async () => {
    assert.deepEqual((await server.refused('GET', 'emails/provider')).slice(0, 2), [404, 'inexistent_email_provider'])
    assert.equal((await server.api('GET', 'emails/provider?allow_missing=true')).status, 204)
    assert.equal((await server.refused('PATCH', 'emails/provider', { enabled: false }))[0], 404)
    const { name: _, ...nameless } = smtp()
    assert.equal((await server.refused('POST', 'emails/provider', nameless))[0], 400)
    const missing = await server.refused('POST', 'emails/provider', { name: 'sendgrid', credentials: {} })
    assert.match(missing[2], /Missing required property for sendgrid: api_key/)
    assert.equal((await server.refused('POST', 'emails/provider', { ...smtp(), name: 'mailgun' }))[0], 400)
    const created = await server.must('POST', 'emails/provider', smtp())
    assert.deepEqual(created.credentials, { smtp_host: '127.0.0.1', smtp_port: mail_server.port, smtp_user: 'acme' })
    assert.deepEqual(await server.must('GET', 'emails/provider?fields=name,enabled'), { name: 'smtp', enabled: true })
    assert.equal((await server.refused('POST', 'emails/provider', smtp()))[0], 409)
    assert.doesNotMatch(JSON.stringify(await server.logs('type:sapi')), /pass-of-acme/)
    await server.must('DELETE', 'emails/provider')
  })

  it('sends the mail of its tenant only, with its sender', async () => {
    const other = await createOtherTenant(server, 'other', 'other.test')
    await server.must('POST', 'emails/provider', smtp())
    const email = await requestReset()
    await waitUntil(() => mail_server.received.some(({ to }) => to.includes(email)))
    const received = mail_server.received.find(({ to }) => to.includes(email))
    assert.equal(received?.from, 'mail@acme.test')
    assert.match(received?.read.text ?? '', /reset-verify\?ticket=/)
    await waitUntil(async () => (await server.outbox(email))[0]?.['status'] === 'sent')
    await other.createConnection('theirs', {}, [])
    await other.createUser('theirs', { email: 'ann@other.example', password: 'Compiler no. 1' })
    await waitUntil(async () => (await other.outbox('ann@other.example'))[0]?.['status'] === 'kept')
    assert.ok(!mail_server.received.some(({ to }) => to.includes('ann@other.example')))
  })

  it('sends a test mail, also while it is off, and says what the mail server answered', async () => {
    const refusing = await startMailServer(0, { recipient: (to) => (to.startsWith('nobody') ? 550 : undefined) })
    const there = await startTestServer({ env: { WHERRY_EGRESS_ALLOW: `127.0.0.1:${refusing.port}` } })
    assert.equal((await there.refused('POST', 'emails/provider/test', { to: 'ann@example.com' }))[0], 404)
    const credentials = {
      smtp_host: '127.0.0.1',
      smtp_port: refusing.port,
      smtp_user: 'acme',
      smtp_pass: 'pass-of-acme',
    }
    await there.must('POST', 'emails/provider', { ...smtp(), enabled: false, credentials })
    const { duration_ms: _, ...sent } = await there.must('POST', 'emails/provider/test', { to: 'ann@example.com' })
    assert.deepEqual(sent, { is_sent: true })
    assert.deepEqual(
      refusing.received.map(({ to, from }) => [from, ...to]),
      [['mail@acme.test', 'ann@example.com']],
    )
    const failed = await there.must('POST', 'emails/provider/test', { to: 'nobody@example.com' })
    assert.equal(failed.is_sent, false)
    assert.match(failed.error, /refused the sender or the recipient/)
    assert.match(failed.server_text, /^550 no such box/)
    const elsewhere = { ...credentials, smtp_port: 1 }
    await there.must('PATCH', 'emails/provider', { credentials: elsewhere })
    const refused = await there.must('POST', 'emails/provider/test', { to: 'ann@example.com' })
    assert.match(refused.error, /WHERRY_EGRESS_ALLOW/)
    await there.close()
    await refusing.close()
  })

  it('is what sends the texts of its tenant: without one, mail has the texts of the server [guard: own-texts-own-sender]', async () => {
    const third = await createOtherTenant(server, 'third', 'third.test')
    await third.createConnection('theirs', {}, [])
    await third.must('PUT', 'email-templates/verify_email', { subject: 'You won', body: '<b>Your prize</b>' })
    const mailTo = async (email: string) => {
      await third.createUser('theirs', { email, password: 'Compiler no. 1' })
      await waitUntil(async () => (await third.outbox(email)).length > 0)
      return (await third.outbox(email))[0]
    }
    assert.doesNotMatch(JSON.stringify(await mailTo('ann@third.example')), /You won|Your prize/)
    await third.must('POST', 'emails/provider', smtp())
    assert.match(JSON.stringify(await mailTo('bob@third.example')), /You won.*Your prize/)
    const content = { to: 'x@example.com', subject: '', text: '', html: '', own_service_only: true as const }
    const operator = createSmtp(`smtp://127.0.0.1:${mail_server.port}`, 'operator@example.com')
    const sent = await operator.send('msg_1', content, AbortSignal.timeout(5000))
    operator.close()
    assert.deepEqual([sent.sent, 'final' in sent && sent.final], [false, true])
  })

  it('[guard: mail-egress] at an address that the operator does not list gets nothing, and the message says why', async () => {
    const credentials = { smtp_host: '127.0.0.1', smtp_port: 1, smtp_user: 'acme', smtp_pass: 'x' }
    await server.must('PATCH', 'emails/provider', { credentials })
    const email = await requestReset()
    await waitUntil(async () => typeof (await server.outbox(email))[0]?.['last_error'] === 'string')
    const [message] = await server.outbox(email)
    assert.match(String(message?.['last_error']), /refused.*WHERRY_EGRESS_ALLOW/)
    assert.equal(message?.['status'], 'waiting')
    await server.must('PATCH', 'emails/provider', { enabled: false })
    const later = await requestReset()
    await waitUntil(async () => (await server.outbox(later))[0]?.['status'] === 'kept')
    await server.must('DELETE', 'emails/provider')
  })
})

describe('a mail template', () => {
  it('is kept as it was given, and exists once', async () => {
    assert.deepEqual((await server.refused('GET', 'email-templates/reset_email')).slice(0, 2), [
      404,
      'inexistent_email_template',
    ])
    assert.equal((await server.refused('PATCH', 'email-templates/welcome_email', { subject: 'x' }))[0], 404)
    const made = await server.must('POST', 'email-templates', {
      template: 'welcome_email',
      body: '<p>Hello {{ user.name }}</p>',
      subject: 'Welcome',
      from: null,
      syntax: 'liquid',
      enabled: false,
    })
    const expected = {
      template: 'welcome_email',
      body: '<p>Hello {{ user.name }}</p>',
      subject: 'Welcome',
      syntax: 'liquid',
      enabled: false,
    }
    assert.deepEqual(made, expected)
    assert.equal((await server.refused('POST', 'email-templates', { template: 'welcome_email' }))[0], 409)
    const changed = await server.must('PATCH', 'email-templates/welcome_email', { subject: null, enabled: true })
    const { subject: _, ...rest } = expected
    assert.deepEqual(changed, { ...rest, enabled: true })
  })

  it('writes the mail of its kind: subject, body, lifetime, and where its page goes afterwards', async () => {
    await replaceTemplate('reset_email', {
      subject: 'Hi {{ user.given_name }} & co',
      body: '<p>{{ application.name }}/{{ connection.name }}/{{ request_language }}</p><a href="{{ url }}">{{ user.name }}</a>',
      resultUrl: 'https://app.example/{{ connection.name }}',
      urlLifetimeInSeconds: 3600,
      includeEmailInRedirect: true,
    })
    const email = await requestReset({ given_name: 'Ada', name: '<b>Ada</b> "&amp;"' })
    const [message] = await server.outbox(email)
    assert.equal(message?.['subject'], 'Hi Ada & co')
    const html = String(message?.['html'])
    assert.match(html, /^<p>Shop\/users\/en<\/p><a href="[^"]*reset-verify\?ticket=\w{32}#">/)
    assert.ok(html.endsWith('&lt;b&gt;Ada&lt;/b&gt; &quot;&amp;&quot;</a>'), html)
    const [created, expires] = [message?.['created_at'], message?.['expires_at']].map((at) => Date.parse(String(at)))
    assert.equal((expires ?? 0) - (created ?? 0), 3_600_000)
    const form = { ticket: ticketIn(message?.['html']), password: 'New password 1', password_repeat: 'New password 1' }
    const done = await server.send('/u/reset-password', {
      body: new URLSearchParams(form),
      headers: { 'sec-fetch-site': 'same-origin' },
    })
    assert.match(`${done.headers.get('location')}${done.text}`, /https:\/\/app\.example\/users\?[^"]*email=p/)
  })

  it('that is turned off sends nothing, and the log tells of a reset', async () => {
    await replaceTemplate('reset_email', { enabled: false })
    await replaceTemplate('verify_email', { enabled: false })
    const email = await requestReset({ email_verified: false })
    assert.deepEqual(await server.outbox(email), [])
    const [event] = await server.logs('type:fn')
    assert.match(String(event?.['description']), /reset_email is turned off/)
    await replaceTemplate('verify_email', {})
    await replaceTemplate('reset_email', {})
  })

  it('is refused with its line where it does not parse, or fails with a sample user', async () => {
    const refused = async (change: JsonObject): Promise<string> =>
      (await server.refused('PUT', 'email-templates/reset_email', change))[2]
    assert.match(await refused({ body: 'x\n{% if user %}' }), /not closed.*line:2.*property body/)
    assert.match(await refused({ subject: '{{ user.name | nosuch }}' }), /undefined filter: nosuch.*property subject/)
    assert.match(await refused({ resultUrl: 'javascript:alert(1)' }), /http or https/)
    assert.match(await refused({ from: '{{ user.name }}' }), /neither an address/)
    assert.match(await refused({ body: '{{ x | raw }}' }), /undefined filter: raw/)
    assert.match(await refused({ body: '{% include "/etc/passwd" %}' }), /tag "include" not found/)
    assert.match(await refused({ template: 'verify_email' }), /differs/)
    assert.equal((await server.refused('GET', 'email-templates/no_such'))[0], 400)
  })

  it('that fails for a user is replaced by the server’s texts, and the log says so', async () => {
    await replaceTemplate('reset_email', {
      body: '{% if user.given_name == "Eve" %}{% for i in (1..9000000) %}{{ i }}{% endfor %}{% endif %}ok',
    })
    const email = await requestReset({ given_name: 'Eve' })
    const [message] = await server.outbox(email)
    assert.match(String(message?.['text']), /reset-verify\?ticket=/)
    const [event] = await server.logs('type:fn')
    assert.match(String(event?.['description']), /The template reset_email failed: .*limit/)
    await replaceTemplate('reset_email', {})
  })
})

describe('the template language', () => {
  it('[guard: liquid-escapes] escapes every value in HTML, whatever filters it passed', () => {
    const variables = { name: '<img src=x onerror=alert(1)>"\'&' }
    for (const template of ['{{ name }}', '{{ name | upcase }}', '{{ name | escape }}', '{{ name | append: "<" }}']) {
      assert.doesNotMatch(renderHtml(template, variables), /[<"']/, template)
    }
    assert.equal(renderHtml('<b>{{ name | escape }}</b>', { name: '<' }), '<b>&lt;</b>')
  })

  it('[guard: liquid-own-properties] reads own members of its variables only', () => {
    const read = '{{ user.constructor.name }}{{ user.__proto__ }}{{ user.name.constructor }}{{ user.toString }}'
    assert.equal(renderHtml(read, { user: { name: 'Ada' } }), '')
  })

  it('[guard: liquid-limits] ends in time and memory', () => {
    const began = performance.now()
    for (const template of [
      '{% for i in (1..100000000) %}{% endfor %}',
      '{% for i in (1..30000) %}{% for j in (1..30000) %}{{ i | times: j }}{% endfor %}{% endfor %}',
      `{% assign s = "${'x'.repeat(1000)}" %}{% for i in (1..40) %}{% assign s = s | append: s %}{% endfor %}{{ s }}`,
    ]) {
      assert.throws(() => renderHtml(template, {}), /limit/, template)
    }
    assert.ok(performance.now() - began < 3000)
    assert.throws(() => renderHtml('x'.repeat(200_001), {}), /limit/)
  })

  it('bounds the work within one part of a template [guard: liquid-work]', () => {
    const long = 'x'.repeat(90_000)
    const repeated = (part: string, times: number): string => part.repeat(times)
    const values = { long, half: `${long.slice(0, 45_000)}y`, s: long, y: `${'x'.repeat(50)}y` }
    const refused: [string, RegExp][] = [
      ['{{ "a,b" | split: "," | has_exp: "i", "true" }}', /undefined filter: has_exp/],
      ['{{ "a,b" | split: "," | sum }}', /undefined filter: sum/],
      ['{% if long contains half %}{% endif %}', /work limit/],
      [`{% if ${repeated('s contains y or ', 60)} s %}{% endif %}`, /work limit/],
      ['{{ long | replace: "", long }}', /work limit/],
      ['{% assign a = long | split: "" %}{{ a | join: long }}', /limit/],
      [`{% capture a %}{% for i in (1..20) %}${long}{% endfor %}{% endcapture %}{{ a | size }}`, /limit/],
      [`{% for i in (1..20) %}${long}{% endfor %}`, /limit/],
      [repeated('{{ a }}', 2001), /parts limit/],
    ]
    for (const [template, why] of refused) {
      const began = process.cpuUsage().user
      assert.throws(() => renderHtml(template, values), why, template.slice(0, 80))
      assert.ok(process.cpuUsage().user - began < 1_000_000, template.slice(0, 80))
    }
    assert.equal(renderHtml('{{ names | join: ", " | replace: "a", "b" }}', { names: ['a', 'c'] }), 'b, c')
  })

  it('makes one line of a subject', () => {
    assert.equal(
      renderLine('Hello\r\nBcc: eve@example.com {{ name }}', { name: 'A\nB' }),
      'Hello Bcc: eve@example.com A B',
    )
  })
})
