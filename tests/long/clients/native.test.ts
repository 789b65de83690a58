// openid-client in a program that logs its user in with the browser of the machine.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../../support/chromium.ts'
import { inChromium } from '../../support/clients/browser-journey.ts'
import { fillInLogin } from '../../support/clients/hosted-pages.ts'
import { startIssuer, type Issuer, type LegacyUser } from '../../support/clients/issuer.ts'
import { createExampleClient, installExample, startScript } from '../../support/clients/running-example.ts'
import type { TestClient } from '../../support/requests.ts'
import { waitUntil } from '../../support/wait-until.ts'

let issuer: Issuer
let chromium: Browser
let folder: string
let client: TestClient

before(async () => {
  ;[issuer, chromium] = await Promise.all([startIssuer(), launchChromium()])
  folder = installExample('native')
  client = await createExampleClient(issuer, folder)
})

after(async () => {
  await chromium?.close()
  await issuer?.stop()
})

/** Runs the program and logs the user in at the address that it prints. Answers what it printed. */
async function run(user: LegacyUser): Promise<string> {
  const program = startScript(issuer, folder, 'start', {
    ISSUER: issuer.server.issuer,
    CLIENT_ID: client.client_id,
  })
  const address = (): string | undefined => /browser: (\S+)\n/.exec(program.output())?.[1]
  await waitUntil(() => address() !== undefined || program.hasEnded())
  await inChromium(chromium, async (tab) => {
    await tab.goto(address() ?? assert.fail(program.output()))
    await fillInLogin(tab, user)
    await tab.getByText('You can close this window.').waitFor()
  })
  assert.equal(await program.ended, 0, program.output())
  return program.output()
}

describe('examples/native', () => {
  it('moves a legacy user, then logs the same user in locally; refreshes and logs out', async () => {
    const user = await issuer.newLegacyUser()
    const first = await run(user)
    const queries = await issuer.legacyQueries()
    const second = await run(user)
    assert.equal(await issuer.legacyQueries(), queries)
    const subject = /Logged in: (auth0\|people\|\d+) (\S+)/
    assert.deepEqual(subject.exec(first)?.slice(1), subject.exec(second)?.slice(1))
    assert.equal(subject.exec(first)?.[2], user.email)
    assert.match(first, /Refreshed: the new access token expires in \d+ seconds\./)
    assert.equal((await issuer.loginOutcomes(user.email))[0], 'moved')
    assert.equal((await issuer.server.logs('type:srrt')).length, 2)
  })
})
