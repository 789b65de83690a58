import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languages } from '../../src/base/message.ts'
import { lifetimeInWords, resetMail, verificationMail } from '../../src/mail/write-mail.ts'

const link = 'https://acme.test/u/reset-verify?ticket=AbCdEfGhIjKlMnOpQrStUvWxYz012345#'

test('names and addresses are escaped in the HTML and are one line in the plain text', () => {
  for (const write of [resetMail, verificationMail]) {
    const { subject, text, html } = write({
      language: 'en',
      tenant_name: '<script>alert(1)</script>\r\nBcc: eve@example.com',
      link,
      email: '"><img src=x onerror=alert(1)>@example.com',
      lifetime_s: 3600,
      support_email: 'help"><b>@acme.test',
    })
    assert.doesNotMatch(html, /<script>|<img|<b>/)
    assert.ok(html.includes('&lt;script&gt;'))
    assert.doesNotMatch(subject, /[\r\n]/)
    assert.doesNotMatch(text, /^Bcc:/m)
    assert.ok(text.includes(link))
  }
})

test('a mail has one link and loads no other resource', () => {
  for (const write of [resetMail, verificationMail]) {
    const { html, text } = write({
      language: 'en',
      tenant_name: 'Acme',
      link,
      email: 'ana@example.com',
      lifetime_s: 3600,
    })
    const targets = new Set([...html.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1]))
    assert.deepEqual([...targets], [link])
    assert.doesNotMatch(html, /url\(|@import|<(img|script|link|iframe|form)/i)
    assert.equal(text.split(link).length - 1, 1)
  }
})

test('a lifetime is rounded down in the text', () => {
  const expected = {
    432_000: '5 days',
    86_400: '1 day',
    129_600: '36 hours',
    3600: '1 hour',
    5400: '90 minutes',
    60: '1 minute',
  }
  for (const [seconds, words] of Object.entries(expected)) assert.equal(lifetimeInWords('en', Number(seconds)), words)
})

test('a mail is in its language: every text of it, and the lifetime', () => {
  const words = { en: '5 days', es: '5 días', de: '5 Tage', fr: '5 jours', ja: '5 日間' }
  for (const language of languages) {
    for (const write of [resetMail, verificationMail]) {
      const mail = write({ language, tenant_name: 'Acme', link, email: 'ana@example.com', lifetime_s: 432_000 })
      assert.match(mail.html, new RegExp(`<html lang="${language}">`))
      assert.match(mail.html, /<strong>ana@example\.com<\/strong>/)
      for (const body of [mail.text, mail.html]) assert.ok(body.includes(words[language]), language)
      assert.match(mail.text, /\n\nhttps:\S+\n\n/)
    }
  }
})
