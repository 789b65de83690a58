import type { Chapter } from '../chapter.ts'
import { send } from '../http-request.ts'
import { objects, textMember } from '../json.ts'
import { openTenantApi } from '../tenant-api.ts'

const domain = 'second.example'

/** Tenants, their settings and their signing keys. */
export const tenants: Chapter = {
  name: 'tenants',
  async run(tour) {
    const { manage } = tour
    await manage('the settings', 'GET', 'tenants/settings')
    await manage('chosen settings', 'GET', 'tenants/settings?fields=session_lifetime')
    await manage('changed settings', 'PATCH', 'tenants/settings', {
      friendly_name: 'Acme',
      session_lifetime: 24,
      flags: { enable_public_signup_user_exists_error: true },
    })
    await manage('settings that are not valid', 'PATCH', 'tenants/settings', { session_lifetime: -1 })
    await manage('the plan is no setting', 'PATCH', 'tenants/settings', { plan: 'free' })

    await manage('the look of the pages', 'GET', 'branding')
    await manage('another look', 'PATCH', 'branding', {
      colors: { primary: '#ffcc00', page_background: '#102030' },
      logo_url: 'https://pictures.example/acme.png',
    })
    await manage('a colour that is not valid', 'PATCH', 'branding', { colors: { primary: 'red' } })
    await manage('the look without a colour', 'PATCH', 'branding', { colors: { page_background: null } })
    await manage('how the pages ask', 'GET', 'prompts')
    await manage('the identifier first', 'PATCH', 'prompts', { identifier_first: true })
    await manage('one page again', 'PATCH', 'prompts', { identifier_first: false })
    const title = 'prompts/login/custom-text/de'
    await manage('a text of the log-in page', 'PUT', title, { login: { login_title: 'Willkommen' } })
    await manage('the texts of the log-in page', 'GET', title)
    await manage('a text that no page has', 'PUT', title, { login: { title: 'Willkommen' } })

    const listed = await manage('the signing keys', 'GET', 'keys/signing', undefined, { unordered: [''] })
    const current = objects(listed.json).find((key) => key['current'] === true)
    const kid = textMember(current, 'kid')
    await manage('a signing key', 'GET', `keys/signing/${kid}`)
    await manage('an unknown signing key', 'GET', 'keys/signing/unknown')
    // Tokens end with the key that signed them, so a revocation is recorded with the log event of the next token.
    const revoke = async (step: string, key: string): Promise<void> => {
      const request = tour.api.requestOf('PUT', `keys/signing/${key}/revoke`)
      const answer = await send(tour.server.port, request)
      await tour.api.renewToken()
      await tour.record(step, request, answer)
    }
    await revoke('the current key is revoked', kid)
    await revoke('a revoked key is revoked', kid)
    await manage('the keys are rotated', 'POST', 'keys/signing/rotate')
    await manage('the signing keys after rotation', 'GET', 'keys/signing', undefined, { unordered: [''] })
    await tour.step('the published keys after rotation', { path: '/.well-known/jwks.json' }, { unordered: ['keys'] })

    const made = await manage('a tenant', 'POST', 'tenants', { name: 'second', domain, plan: 'developer' })
    await manage('the name is taken', 'POST', 'tenants', { name: 'second', domain: 'third.example' })
    await manage('the domain is taken', 'POST', 'tenants', { name: 'third', domain })
    await manage('the tenants', 'GET', 'tenants', undefined, { unordered: ['tenants'] })
    const tenant_id = textMember(made.json, 'id')
    await manage('a tenant by id', 'GET', `tenants/${tenant_id}`)
    await manage('an unknown tenant', 'GET', 'tenants/ten_unknown')
    await manage('a changed plan', 'PATCH', `tenants/${tenant_id}`, { plan: 'free' })

    const tenant = await openTenantApi(tour.server.port, {
      host: domain,
      audience: textMember(made.json, 'management_audience'),
      client_id: textMember(made.json, 'management_client_id'),
      client_secret: textMember(made.json, 'management_client_secret'),
    })
    await tour.step('discovery of the tenant', { path: '/.well-known/openid-configuration', host: domain })
    await tour.step('the home page of the tenant', { path: '/', host: domain })
    await manage("the tenant's settings", 'GET', 'tenants/settings', undefined, { tenant })
    await manage('the clients of the tenant', 'GET', 'clients?fields=name,global', undefined, {
      tenant,
      unordered: [''],
    })
    await manage('an operation of the operator', 'GET', 'tenants', undefined, { tenant })
    await manage(
      'import mode without the plan for it',
      'POST',
      'connections',
      {
        name: 'legacy',
        strategy: 'auth0',
        options: {
          enabledDatabaseCustomization: true,
          import_mode: true,
          customScripts: { login: 'function () {}', get_user: 'function () {}' },
        },
      },
      { tenant },
    )
    await tour.step('a token of another tenant', {
      path: '/api/v2/users',
      host: domain,
      headers: tour.api.requestOf('GET', '').headers ?? {},
    })
  },
}
