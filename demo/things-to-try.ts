// What a person can try by hand when the story has been told: lines that work as they are pasted.
import { person, connection_name, type World } from './world.ts'

/** Command lines for the world as the story left it. */
export function thingsToTry(world: World): string {
  const { wherry, client_id, connection_id } = world
  const { issuer } = wherry
  const [first, second] = [person(world, 9), person(world, 10)]
  return `In another terminal: somebody who has not moved yet logs in. Run it twice; the second time
the legacy store is silent:
curl -i ${issuer}oauth/token \\
  -d grant_type=password -d realm=${connection_name} -d scope=openid \\
  -d client_id=${client_id} \\
  -d username=${first.email} -d password=${first.password}

A token for the Management API, and a short way to ask it:
TOKEN=$(curl -s ${issuer}oauth/token \\
  -d grant_type=client_credentials -d audience=${wherry.management_audience} \\
  -d client_id=${wherry.management_client_id} \\
  -d client_secret=${wherry.management_client_secret} |
  node -p 'JSON.parse(fs.readFileSync(0)).access_token')
api() { curl -s -H "authorization: Bearer $TOKEN" "${issuer}api/v2/$1" |
  node -p 'util.inspect(JSON.parse(fs.readFileSync(0)), { depth: 9 })'; }

How far the migration is, who has moved, what the log says, what the scripts wrote:
api migrations/${connection_id}
api 'migrations/${connection_id}/records?state=migrated'
api 'logs?per_page=2&q=type:s'
api connections/${connection_id}/script-logs

Somebody forgot the password; the link is in the outbox, open it in a browser:
curl -s ${issuer}dbconnections/change_password \\
  -d client_id=${client_id} \\
  -d connection=${connection_name} -d email=${second.email}
api outbox | grep -om1 'http[^ ]*reset-verify?ticket=[A-Za-z0-9_-]*'

More people who have not moved, with their passwords:
${[11, 12, 13, 14].map((id) => `${person(world, id).email}  ${person(world, id).password}`).join('\n')}

Set up the first admin: ${wherry.admin_setup_url}`
}
