// The language of a journey: the pages, the mails, and the pages behind their links.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { mailedLink, postForm } from '../pages/page-requests.ts'
import { createBrowser, formOf } from '../support/browser.ts'
import { ticketIn } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'
import { createBrowserClient } from './browser-client.ts'

let server: TestServer
let app: Awaited<ReturnType<typeof createBrowserClient>>

before(async () => {
  server = await startTestServer()
  app = await createBrowserClient(server)
})
after(() => server.close())

const newestMail = async (to: string) => {
  const [mail] = await server.outbox(to)
  return { subject: String(mail?.['subject']), text: String(mail?.['text']) }
}

test('the first language of ui_locales that fits is that of the page, of the mail, and of the page behind its link', async () => {
  const browser = createBrowser(server, { 'accept-language': 'ja' })
  const login = await browser.open(app.authorize({ ui_locales: 'pt-BR fr-CA en' }))
  assert.match(login.text, /<html lang="fr">/)
  const link = /href="([^"]*reset-password\/request[^"]*)"/.exec(login.text)?.[1] ?? ''
  const forgot = await browser.open(link.replaceAll('&amp;', '&'))
  assert.match(forgot.text, /<html lang="fr">/)
  const sent = await browser.submit(formOf(forgot), { username: ada.email })
  assert.match(sent.text, /Consultez vos messages/)
  await server.settle()
  const mail = await newestMail(ada.email)
  assert.match(mail.subject, /^Réinitialiser votre mot de passe/)
  assert.match(mail.text, /pendant 5 jours/)
  const reset = await mailedLink(server, ada.email)
  const german = { headers: { 'accept-language': 'de' } }
  const page = await server.send(reset, german)
  assert.match(page.text, /<html lang="fr">/)
  const fields = { ticket: ticketIn(reset), password: 'Corr3ct horse', password_repeat: 'Corr3ct horse' }
  const done = await postForm(server, '/u/reset-password', fields, german.headers)
  assert.match(done.text, /Votre mot de passe a été changé/)
})

test('a sign-up keeps its language, and an embedded form says its own', async () => {
  const sign_up = { client_id: app.client.client_id, connection: app.connection, password: 'Corr3ct horse' }
  const languages = { 'accept-language': 'ja', 'x-request-language': 'es' }
  await server.post('/dbconnections/signup', { ...sign_up, email: 'eva@example.com' }, languages)
  assert.match((await newestMail('eva@example.com')).subject, /^Confirme su correo electrónico/)
  const verification = await server.send(await mailedLink(server, 'eva@example.com'), {
    headers: { 'accept-language': 'de' },
  })
  assert.match(verification.text, /<html lang="es">/)
  await server.post('/dbconnections/signup', { ...sign_up, email: 'kei@example.com' }, { 'accept-language': 'ja' })
  assert.match((await newestMail('kei@example.com')).subject, /メールアドレスの確認$/)
})

test('without a wish, and for a mail that no user asked for, it is the first language of the tenant', async () => {
  await server.must('PATCH', 'tenants/settings', { enabled_locales: ['de', 'en'] })
  await server.createUser(app.connection, { email: 'uwe@example.com', password: 'Corr3ct horse', verify_email: true })
  assert.match((await newestMail('uwe@example.com')).subject, /^Ihre E-Mail-Adresse/)
  const page = await createBrowser(server, { 'accept-language': 'fr' }).open(app.authorize({ ui_locales: 'fr' }))
  assert.match(page.text, /<html lang="de">/)
  await server.must('PATCH', 'tenants/settings', { enabled_locales: ['en', 'es', 'de', 'fr', 'ja'] })
})
