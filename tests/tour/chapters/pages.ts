import type { Chapter } from '../chapter.ts'

const html = { accept: 'text/html' }

/** Pages without a link, files of the pages, health, and addresses where there is nothing. */
export const pages: Chapter = {
  name: 'pages',
  async run(tour) {
    await tour.step('live', { path: '/health/live' })
    await tour.step('ready', { path: '/health/ready' })
    await tour.step('live, on an unknown host', { path: '/health/live', host: 'unknown.example' })
    const home = await tour.step('the home page', { path: '/' })
    for (const [index, [asset]] of [...home.text.matchAll(/\/u\/assets\/[A-Za-z0-9.]+/g)].entries()) {
      await tour.step(`file ${index + 1} of the pages`, { path: asset })
    }
    await tour.step('favicon', { path: '/favicon.ico' })
    await tour.step('robots', { path: '/robots.txt' })
    await tour.manage('the tenant gets a name and a picture', 'PATCH', 'tenants/settings', {
      friendly_name: 'Acme <Shipping>',
      picture_url: 'https://pictures.example/acme.png',
      support_email: 'help@acme.example',
      support_url: 'https://acme.example/help',
    })
    await tour.step('the home page of a tenant with a name', { path: '/' })
    await tour.step('an unknown address', { path: '/nowhere' })
    await tour.step('an unknown address, for a browser', { path: '/nowhere', headers: html })
    await tour.step('an unknown page', { path: '/u/nowhere', headers: html })
    await tour.step('a method that an address does not have', { method: 'POST', path: '/', headers: html })
    await tour.step('an unknown host', { path: '/', host: 'unknown.example' })
    await tour.step('an unknown host, for a browser', { path: '/', host: 'unknown.example', headers: html })
    await tour.step('the token endpoint of an unknown host', {
      path: '/oauth/token',
      host: 'unknown.example',
      json: {},
    })
    await tour.step('a password link that does not exist', { path: '/u/reset-verify?ticket=unknown' })
    await tour.step('a verification link that does not exist', { path: '/u/email-verification?ticket=unknown' })
    await tour.step('a ticket that comes twice', { path: '/u/reset-verify?ticket=a&ticket=b' })
    await tour.step('a form without a ticket', {
      path: '/u/email-verification',
      form: { ticket: '' },
      headers: { 'sec-fetch-site': 'same-origin' },
    })
    await tour.step('a form from another origin', {
      path: '/u/email-verification',
      form: { ticket: '' },
      headers: { origin: 'https://elsewhere.example' },
    })
    await tour.step('authorize', { path: '/authorize?client_id=x&response_type=code', headers: html })
    await tour.step('the OpenAPI document', { path: '/api/v2/openapi.json' }, { leave_out_body: true })
    await tour.step('the Management API without a token', { path: '/api/v2/users' })
    await tour.step('the Management API with an unknown token', {
      path: '/api/v2/users',
      headers: { authorization: 'Bearer unknown' },
    })
    await tour.step('an operation that does not exist, without a token', { path: '/api/v2/nowhere' })
    await tour.manage('an operation that does not exist', 'GET', 'nowhere')
    await tour.manage('an operation of Auth0 that is not here', 'GET', 'roles')
  },
}
