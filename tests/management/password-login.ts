import { send } from '../support/requests.ts'
import { realm_grant } from '../support/tenant-api.ts'

/** Logs in with the password-realm grant at a server that this process trusts, and answers the status. */
export async function passwordLogin(
  domain: string,
  { client_id, client_secret }: { client_id?: string | undefined; client_secret?: string | undefined },
  realm: string,
  username: string,
  password: string,
): Promise<number> {
  const body = { grant_type: realm_grant, client_id, client_secret, realm, username, password }
  return (await send(`https://${domain}/oauth/token`, { body })).status
}
