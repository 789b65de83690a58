import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
})
after(() => server.close())

const gradient = { type: 'linear-gradient', start: '#102030', end: '#405060', angle_deg: 35 }

test('a look is set member by member, shown, and removed with null', async () => {
  assert.deepEqual(await server.must('GET', 'branding'), {})
  const colors = { primary: '#FFcc00', page_background: '#102030' }
  await server.must('PATCH', 'branding', { colors, logo_url: 'https://cdn.example/logo.png' })
  await server.must('PATCH', 'branding', { colors: { page_background: gradient } })
  const changed = {
    colors: { primary: '#FFcc00', page_background: gradient },
    logo_url: 'https://cdn.example/logo.png',
  }
  assert.deepEqual(await server.must('GET', 'branding'), changed)
  assert.deepEqual(await server.must('PATCH', 'branding', { logo_url: null, colors: { primary: null } }), {
    colors: { page_background: gradient },
  })
  assert.deepEqual(await server.must('PATCH', 'branding', { colors: null }), {})
})

test('the pages show the look at once: colours, logo and icon, under a policy that permits them', async () => {
  await server.must('PATCH', 'tenants/settings', { picture_url: 'https://old.example/picture.png' })
  assert.match((await server.send('/')).text, /<img src="https:\/\/old\.example\/picture\.png"/)
  await server.must('PATCH', 'branding', {
    colors: { primary: '#ffcc00', page_background: gradient },
    logo_url: 'https://cdn.example/logo.png',
    favicon_url: 'https://icons.example/icon.png',
  })
  const { text, headers } = await server.send('/')
  assert.match(text, /--button:#ffcc00;/)
  assert.match(text, /--ground:#102030;--ground-low:#405060;--angle:35deg;/)
  assert.match(text, /<img src="https:\/\/cdn\.example\/logo\.png"/)
  assert.match(text, /<link rel="icon" href="https:\/\/icons\.example\/icon\.png"/)
  const policy = headers.get('content-security-policy') ?? ''
  assert.match(
    policy,
    /style-src 'sha256-[^ ]+' 'sha256-[^ ]+'; img-src 'self' https:\/\/cdn\.example https:\/\/icons\.example;/,
  )
})

test('the look is no tenant setting, and a change of the settings keeps it', async () => {
  await server.must('PATCH', 'branding', { colors: { primary: '#123456' } })
  const settings = await server.must('PATCH', 'tenants/settings', { friendly_name: 'Acme' })
  assert.ok(!('branding' in settings))
  assert.ok(!('branding' in (await server.must('GET', 'tenants/settings'))))
  assert.equal((await server.must('GET', 'branding')).colors.primary, '#123456')
  assert.equal((await server.refused('PATCH', 'tenants/settings', { branding: {} }))[0], 400)
})

test('what is no colour, no address or no property is refused', async () => {
  for (const body of [
    { colors: { primary: 'red' } },
    { colors: { primary: '#12345' } },
    { colors: { primary: '#ffcc00;}body{display:none' } },
    { colors: { page_background: { ...gradient, angle_deg: 400 } } },
    { colors: { page_background: { ...gradient, type: 'radial' } } },
    { colors: { other: '#ffffff' } },
    { logo_url: 'javascript:alert(1)' },
    { favicon_url: 'data:image/png;base64,xx' },
    { fonts: {} },
  ]) {
    assert.equal((await server.refused('PATCH', 'branding', body))[0], 400, JSON.stringify(body))
  }
})
