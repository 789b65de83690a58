import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderContinuePage, renderFormPostPage, renderWebMessagePage } from '../../src/pages/answer-pages.ts'
import { languages, type Language } from '../../src/base/message.ts'
import { catalogues } from '../../src/pages/messages/catalogues.ts'
import { message_keys } from '../../src/pages/messages/prompt-texts.ts'
import type { Look } from '../../src/pages/look.ts'
import type { Page } from '../../src/pages/render-page.ts'
import { themeOf } from '../../src/pages/theme.ts'
import { acme, inputOf, markupOf, titleOf } from './hosted-page.ts'
import { samplePages } from './sample-pages.ts'

const dressed: Look = {
  ...acme,
  logo_url: 'https://cdn.example/logo.png',
  icon_url: 'https://cdn.example/icon.png',
  theme: themeOf({
    primary: '#ffcc00',
    page_background: { type: 'linear-gradient', start: '#112233', end: '#ffffff', angle_deg: 45 },
  }),
  support: { email: 'help@acme.example', url: 'https://acme.example/help' },
}

function everyPage(look: Look): [string, Page][] {
  return languages.flatMap((language) =>
    Object.entries(samplePages({ ...look, language })).map(([name, page]): [string, Page] => [
      `${name} in ${language}`,
      page,
    ]),
  )
}

test('every page is one request of under 20 kB in every language, and names its language and the tenant', () => {
  for (const [name, { html }] of everyPage(dressed)) {
    const language = name.slice(-2)
    assert.ok(Buffer.byteLength(html) < 20_000, `${name}: ${Buffer.byteLength(html)} bytes`)
    assert.match(html, new RegExp(`^<!doctype html>\n<html lang="${language}">`), name)
    assert.match(/<title>([^<]*)<\/title>/.exec(html)?.[1] ?? '', /Acme/, name)
    const loaded = [...html.matchAll(/<(?:img|link|script|iframe|source)[^>]*(?:src|href)="([^"]+)"/g)]
    for (const [, address] of loaded) assert.match(address ?? '', /^https:\/\/cdn\.example\/(logo|icon)\.png$/, name)
    assert.doesNotMatch(html, /@import|url\(/, name)
  }
})

test('every page has one heading, a label for each visible field, and descriptions that exist', () => {
  for (const [name, page] of everyPage(acme)) {
    const markup = markupOf(page)
    assert.equal(markup.match(/<h1/g)?.length, 1, name)
    for (const [tag, id] of markup.matchAll(/<input id="([^"]+)"[^>]*>/g)) {
      assert.ok(markup.includes(`<label for="${id}">`), `${name} ${id}`)
      assert.doesNotMatch(tag, /maxlength/, name)
    }
    const references = [...markup.matchAll(/aria-(?:describedby|controls|labelledby)="([^"]+)"/g)]
    for (const id of references.flatMap(([, ids = '']) => ids.split(' '))) {
      assert.ok(markup.includes(` id="${id}"`), `${name}: ${id} has no element`)
    }
    assert.ok((markup.match(/ autofocus/g)?.length ?? 0) <= 1, name)
  }
})

test('a page that reports a failure says so in its title, and has the reference code of the log event', () => {
  for (const [name, page] of everyPage(acme)) {
    if (!markupOf(page).includes('role="alert"')) continue
    const { problem_prefix } = catalogues[name.slice(-2) as Language]
    assert.ok(titleOf(page).startsWith(String(problem_prefix).replace('{title}', '')), name)
    if (!name.startsWith('reset')) assert.match(page.html, /K7Q2-M9XD/, name)
  }
})

test('every page forbids other scripts, frames, caches and referrers; only the answer to a frame may be framed', () => {
  for (const [name, { headers }] of everyPage(dressed)) {
    const policy = headers['content-security-policy'] ?? ''
    assert.match(policy, /^default-src 'none'; (script-src 'sha256-[^ ]+'; )?style-src('? ?'sha256-[^ ]+')+; /, name)
    assert.match(policy, /; img-src 'self' https:\/\/cdn\.example; form-action 'self'/, name)
    assert.match(policy, /; base-uri 'none'$/, name)
    const is_for_frames = name.startsWith('web-message')
    assert.equal(policy.includes("frame-ancestors 'none'"), !is_for_frames, name)
    assert.equal(headers['x-frame-options'], is_for_frames ? undefined : 'DENY', name)
    assert.equal(headers['cache-control'], 'no-store', name)
    assert.equal(headers['referrer-policy'], 'no-referrer', name)
    assert.equal(headers['x-content-type-options'], 'nosniff', name)
    assert.equal(headers['cross-origin-opener-policy'], undefined, 'a window of an application keeps its opener')
  }
})

test('hostile names, identifiers, codes and texts are text on every page [guard: pages-escape-values]', () => {
  const evil = `"'></script><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}<%= 7*7 %>`
  const look = { ...acme, name: evil, support: { email: evil, url: 'https://acme.example/"><script>' } }
  const texts = { client_name: evil, identifier: evil, reference: evil, message: evil, scope: evil, state: evil }
  for (const [name, page] of Object.entries(samplePages(look, texts))) {
    const data = /<script type="application\/json" id="answer">(.*?)<\/script>/s.exec(page.html)
    if (data) assert.doesNotMatch(data[1] ?? '', /</, name)
    const markup = markupOf({ ...page, html: data ? page.html.replace(data[0], '') : page.html })
    assert.doesNotMatch(markup, /<script|<\/script|<img/, name)
    assert.doesNotMatch(markup.replaceAll(/"[^"]*"/g, '""'), /<[a-z][^>]*\s(on\w+|style)=/, name)
    assert.doesNotMatch(markup, /49/, name)
  }
})

test('texts of a tenant’s own are text on every page [guard: pages-escape-values]', () => {
  const evil = `"'></title></script><script>alert(1)</script>{{7*7}}<%= 7*7 %>`
  const own_texts = Object.fromEntries(message_keys.map((key) => [key, evil]))
  for (const [name, page] of Object.entries(samplePages({ ...acme, own_texts }))) {
    const markup = markupOf(page).replaceAll(/<script type="application\/json" id="answer">.*?<\/script>/gs, '')
    assert.doesNotMatch(markup, /<script|<\/script|49/, name)
    assert.equal(page.html.split('</title>').length, 2, name)
  }
})

test('fields for new passwords stand beside a username, and sign-up marks what is optional', () => {
  const { signup, reset } = samplePages(acme)
  assert.ok(signup && reset)
  assert.equal(inputOf(signup, 'username')['autocomplete'], 'username')
  assert.equal(inputOf(signup, 'email')['type'], 'email')
  assert.equal(inputOf(signup, 'phone_number')['type'], 'tel')
  assert.ok(!('required' in inputOf(signup, 'phone_number')))
  assert.match(signup.html, /Phone number \(optional\)/)
  assert.equal(inputOf(reset, 'email')['autocomplete'], 'username')
  for (const page of [signup, reset]) assert.equal(inputOf(page, 'password')['autocomplete'], 'new-password')
})

test('a user who exists is led to the existing password, and one who asks for a new one learns nothing', () => {
  const { 'signup-exists': exists, 'forgot-sent': sent } = samplePages(acme)
  assert.match(exists?.html ?? '', /<a href="\/u\/login">Log in with your existing password<\/a>/)
  assert.match(sent?.html ?? '', /If <strong>ann@example\.com<\/strong> belongs to a user here/)
})

test('no page leads to a URL that runs as a script, and a web message goes to one web origin', () => {
  for (const url of ['javascript:alert(1)', 'data:text/html,x', 'blob:x', '/relative', '']) {
    assert.throws(() => renderContinuePage(acme, { url, client_name: 'x' }), /runs as a script/)
    const model = { redirect_uri: url, parameters: {}, client_name: 'x' }
    assert.throws(() => renderFormPostPage(acme, model), /runs as a script/)
  }
  for (const target_origin of ['*', 'https://a.example/', 'https://a.example/x', 'null', 'com.example.app:', '/']) {
    assert.throws(() => renderWebMessagePage(acme, { target_origin, response: {} }), /http\(s\) origin/)
  }
})
