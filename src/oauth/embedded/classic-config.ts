import { defined } from '../../base/defined.ts'
import { brandOf } from '../../tenants/brand-of.ts'
import type { OpenedPage } from '../sign-in/open-page.ts'

// What the application sent for itself: the page gets its own state, and the rest under names of its own.
const own_parameters = new Set(['client_id', 'redirect_uri', 'state'])

/**
 * The object that a tenant's own login page reads, with the names of Auth0's: what `auth0-js` and Lock need for the request, the tenant's
 * brand, and the parameters of the request as `internalOptions` and `extraParams`, in which `state` is the sealed request.
 */
export function classicConfig({ authorization, state }: Pick<OpenedPage, 'authorization' | 'state'>, issuer: string) {
  const { tenant, client, target, parameters } = authorization
  const { name, picture_url, colors } = brandOf(tenant)
  const sent = Object.entries(parameters).filter(([parameter]) => !own_parameters.has(parameter))
  const options = { ...Object.fromEntries(sent), protocol: 'oauth2', state }
  const { page_background } = colors ?? {}
  return {
    ...defined({ icon: picture_url, connection: parameters['connection'], prompt: parameters['prompt'] }),
    auth0Domain: tenant.domain,
    auth0Tenant: tenant.name,
    clientConfigurationBaseUrl: issuer,
    authorizationServer: { url: issuer.slice(0, -1), issuer },
    clientID: client.client_id,
    callbackURL: target.redirect_uri,
    callbackOnLocationHash: target.response_mode === 'fragment',
    isThirdPartyClient: client.data['is_first_party'] === false,
    dict: { signin: { title: name } },
    colors: defined({
      primary: colors?.primary,
      page_background: typeof page_background === 'string' ? page_background : undefined,
    }),
    extraParams: options,
    internalOptions: options,
  }
}
