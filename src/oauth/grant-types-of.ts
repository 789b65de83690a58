import type { Client } from '../clients/client.ts'

/** The grant types of a client: its `grant_types`, or the defaults of its `app_type`. */
export function grantTypesOf(client: Client): string[] {
  const { grant_types, app_type } = client.data
  if (Array.isArray(grant_types)) return grant_types.filter((type) => typeof type === 'string')
  if (app_type === 'non_interactive') return ['client_credentials']
  const interactive = ['authorization_code', 'implicit', 'refresh_token']
  return app_type === 'spa' || app_type === 'native' ? interactive : [...interactive, 'client_credentials']
}
