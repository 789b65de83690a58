// The certification plans of the OpenID Foundation with form_post; tests/oauth/conformance.test.ts has the default response modes.
import { after, before } from 'node:test'
import { response_types, testFlow } from '../oauth/conformance-plan.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer

before(async () => {
  server = await startTestServer()
})

after(() => server.close())

for (const response_type of response_types) testFlow({ response_type, response_mode: 'form_post' }, () => server)
