import { purgeCodes } from '../../src/sessions/authorization-codes.ts'
import { recordConsent } from '../../src/sessions/consents.ts'
import { purgeSessions } from '../../src/sessions/purge-sessions.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { ada } from '../oauth/ada.ts'
import { createBrowserClient } from '../oauth/browser-client.ts'
import { answerOf, createBrowser } from '../support/browser.ts'
import type { TestServer } from '../support/test-server.ts'

/** Runs what sessions, authorization codes and consents are stored, read and deleted for. */
export async function runBrowserLogins(server: TestServer): Promise<void> {
  const app = await createBrowserClient(server)
  const browser = createBrowser(server)
  const scope = 'openid offline_access'
  const { code } = answerOf(await browser.logIn(app.authorize({ scope }), ada.email, ada.password))
  for (let turn = 0; turn < 2; turn += 1) await app.exchange(code)
  await browser.visit(app.authorize({ prompt: 'none' }))
  await browser.visit('/v2/logout')
  const { db, tenant_id, clock } = server.internals
  const key = { tenant_id, user_id: app.user_id, client_id: app.client.client_id, audience: '' }
  await inTransaction(db, (trx) => recordConsent(trx, key, ['openid'], clock.now()))
  await inTransaction(db, (trx) => purgeSessions(trx, tenant_id, clock.now()))
  await inTransaction(db, (trx) => purgeCodes(trx, tenant_id, clock.now()))
}
