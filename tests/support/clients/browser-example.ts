import { after, before, describe } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../chromium.ts'
import { browserJourney, type Journey, type JourneyDeps } from './browser-journey.ts'
import { startIssuer, type Issuer } from './issuer.ts'
import { startExample, type RunningExample, type StartedExample } from './running-example.ts'

/** An application of `examples/` that users log in to with a browser. */
export type BrowserExample = Journey & StartedExample & { scheme?: 'https' | 'http' }

/** Registers the tests of an example in Chromium. `more` registers tests of its own. */
export function testInChromium(example: BrowserExample, more: (deps: () => JourneyDeps) => void = () => {}): void {
  let issuer: Issuer
  let chromium: Browser
  let application: RunningExample
  const deps = (): JourneyDeps => ({ issuer, chromium, application })

  before(async () => {
    ;[issuer, chromium] = await Promise.all([startIssuer(example.scheme), launchChromium()])
    application = await startExample(issuer, example)
  })

  after(async () => {
    await application?.stop()
    await chromium?.close()
    await issuer?.stop()
  })

  describe(`examples/${example.name} in Chromium, with an issuer at ${example.scheme ?? 'https'}://localhost`, () => {
    browserJourney(deps, example)
    more(deps)
  })
}
