import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderLoginPage, type LoginModel } from '../../src/pages/login-page.ts'
import type { PageError } from '../../src/pages/page-problems.ts'
import type { Page } from '../../src/pages/render-page.ts'
import { acme, inputOf, markupOf, titleOf } from './hosted-page.ts'

const model: LoginModel = {
  action: '/u/login',
  state: 'sealed-state',
  step: 'one_page',
  identifier: '',
  identifiers: ['email'],
  client_name: 'Shop',
  redirect_uri: 'https://shop.example/callback',
  links: { signup: '/u/signup?state=s', forgot: '/u/reset-password/request?state=s', again: '/u/login?state=s' },
}
const login = (change: Partial<LoginModel> = {}): Page => renderLoginPage(acme, { ...model, ...change })
const failed = (error: PageError, change: Partial<LoginModel> = {}): Page =>
  login({ identifier: 'ann@example.com', error, ...change })

test('one page asks for name and password in fields that password managers and phone keyboards know', () => {
  const page = login()
  const name = inputOf(page, 'username')
  assert.equal(name['autocomplete'], 'username')
  assert.equal(name['autocapitalize'], 'none')
  assert.equal(name['spellcheck'], 'false')
  assert.equal(name['name'], 'username')
  assert.equal(name['inputmode'], 'email')
  const password = inputOf(page, 'password')
  assert.equal(password['autocomplete'], 'current-password')
  assert.equal(password['type'], 'password')
  assert.doesNotMatch(page.html, /maxlength|onpaste/)
  assert.match(page.html, /name="state" value="sealed-state"/)
  assert.ok('autofocus' in name)
})

test('identifier first: one form for every user, and the second step keeps the name in a field that managers read', () => {
  const first = login({ step: 'identifier' })
  assert.match(first.html, /<input class="unseen" type="password" name="password" autocomplete="current-password"/)
  assert.doesNotMatch(first.html, /forgot/i)
  const second = login({ step: 'password', identifier: 'ann@example.com' })
  const name = inputOf(second, 'username')
  assert.equal(name['value'], 'ann@example.com')
  assert.equal(name['autocomplete'], 'username')
  assert.ok('readonly' in name)
  assert.ok('autofocus' in inputOf(second, 'password'))
})

test('a failed log-in is reported in the title, by the field, and with the focus on the field', () => {
  const page = failed({ code: 'wrong_credentials', reference: 'K7Q2-M9XD' })
  assert.equal(titleOf(page), 'Problem: Log in – Acme')
  const password = inputOf(page, 'password')
  assert.equal(password['aria-invalid'], 'true')
  assert.equal(password['aria-describedby'], 'notice')
  assert.ok('autofocus' in password)
  assert.match(page.html, /id="notice" role="alert">\n<p><a href="#password">Wrong e-mail address or password\.</)
  assert.match(page.html, /Reference code: K7Q2-M9XD/)
  assert.equal(inputOf(page, 'username')['value'], 'ann@example.com')
})

test('an outage of the legacy store is no wrong password: the form stays, and no field is marked as wrong', () => {
  const page = failed({ code: 'legacy_unavailable', reference: 'K7Q2-M9XD' })
  assert.match(page.html, /The user store cannot be reached right now\. Your password was not checked\./)
  assert.doesNotMatch(markupOf(page), /aria-invalid|[Ww]rong/)
  assert.match(page.html, /<form/)
  assert.equal(inputOf(page, 'password')['aria-describedby'], 'notice')
})

test('blocked, locked and denied users get a page without the form, with the links that help', () => {
  const texts: [PageError, RegExp, number][] = [
    [{ code: 'user_blocked', reference: 'K7Q2-M9XD' }, /You are blocked/, 1],
    [{ code: 'too_many_attempts', reference: 'K7Q2-M9XD' }, /was not checked/, 2],
    [{ code: 'address_locked', reference: 'K7Q2-M9XD' }, /from another network you can log in/, 1],
    [{ code: 'login_denied', message: 'Pay your bill.', reference: 'K7Q2-M9XD' }, /<p>Pay your bill\.<\/p>/, 1],
    [{ code: 'second_factor_unsupported', reference: 'K7Q2-M9XD' }, /second factor/, 1],
  ]
  for (const [error, text, links] of texts) {
    const page = failed(error)
    assert.match(page.html, text)
    assert.doesNotMatch(page.html, /<form/)
    assert.match(page.html, /Reference code: K7Q2-M9XD/)
    assert.equal(page.html.match(/<a href="\/u\//g)?.length, links, error.code)
  }
})

test('the messages of programs are not shown: only the texts that scripts and rules write for users', () => {
  const secret = 'select * from users'
  for (const code of ['wrong_credentials', 'login_not_completed', 'legacy_unavailable', 'internal'] as const) {
    assert.ok(!failed({ code, message: secret }).html.includes(secret), code)
  }
  assert.ok(failed({ code: 'login_refused', message: secret }).html.includes(secret))
})

test('the form may lead to the scheme of the redirect URI, and the page runs its own script only', () => {
  const policy = login().headers['content-security-policy'] ?? ''
  assert.match(policy, /form-action 'self' https:;/)
  assert.match(policy, /script-src 'sha256-[A-Za-z0-9+/=]+';/)
  assert.doesNotMatch(policy, /unsafe/)
  assert.match(
    login({ redirect_uri: 'com.example.app:/cb' }).headers['content-security-policy'] ?? '',
    /form-action 'self' com\.example\.app:;/,
  )
})

test('the address of a picture adds no directive to the policy [guard: policy-origins]', () => {
  const { headers } = renderLoginPage({ ...acme, logo_url: 'https://x;sandbox/logo.png' }, model)
  assert.match(headers['content-security-policy'] ?? '', /; img-src 'self'; form-action/)
})

test('hostile names, hints, states and messages are text [guard: pages-escape-values]', () => {
  const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}<%= 7*7 %>`
  const hostile = { client_name: evil, identifier: evil, state: evil, hidden: { x: evil } }
  const pages = [
    renderLoginPage({ ...acme, name: evil, support: { email: evil, url: undefined } }, { ...model, ...hostile }),
    failed({ code: 'login_refused', message: evil, reference: evil }, hostile),
    failed({ code: 'login_denied', message: evil, reference: evil }, hostile),
  ]
  for (const page of pages) {
    const markup = markupOf(page)
    assert.doesNotMatch(markup, /<script|<img/)
    assert.doesNotMatch(markup.replaceAll(/"[^"]*"/g, '""'), /<[a-z][^>]*\son\w+=/)
    assert.doesNotMatch(markup, /49/)
  }
})
