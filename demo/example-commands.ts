import { connection_name, legacyUser, type DemoContext } from './demo-context.ts'

/** Command lines for the running servers, to be pasted into a shell. */
export function exampleCommands(context: DemoContext): string {
  const { wherry, client_id, connection_id } = context
  const { issuer, admin_setup_url } = wherry
  const admin = admin_setup_url === undefined ? '' : `\n\nSet up the first admin: ${admin_setup_url}`
  const [first, second] = [legacyUser(context, 9), legacyUser(context, 10)]
  return `In another terminal, log in as a user who has not moved yet. Run it twice: the second login sends
no query to the legacy store.
curl -i ${issuer}oauth/token \\
  -d grant_type=password -d realm=${connection_name} -d scope=openid \\
  -d client_id=${client_id} \\
  -d username=${first.email} -d password=${first.password}

Get a token for the Management API, and define a function that calls it:
TOKEN=$(curl -s ${issuer}oauth/token \\
  -d grant_type=client_credentials -d audience=${wherry.management_audience} \\
  -d client_id=${wherry.management_client_id} \\
  -d client_secret=${wherry.management_client_secret} |
  node -p 'JSON.parse(fs.readFileSync(0)).access_token')
api() { curl -s -H "authorization: Bearer $TOKEN" "${issuer}api/v2/$1" |
  node -p 'util.inspect(JSON.parse(fs.readFileSync(0)), { depth: 9 })'; }

Show the progress of the migration, the users who moved, log events and script logs:
api migrations/${connection_id}
api 'migrations/${connection_id}/records?state=migrated'
api 'logs?per_page=2&q=type:s'
api connections/${connection_id}/script-logs

Reset a forgotten password: the link is in the outbox, open it in a browser.
curl -s ${issuer}dbconnections/change_password \\
  -d client_id=${client_id} \\
  -d connection=${connection_name} -d email=${second.email}
api outbox | grep -om1 'http[^ ]*reset-verify?ticket=[A-Za-z0-9_-]*'

More users who have not moved, with their passwords:
${[11, 12, 13, 14].map((id) => `${legacyUser(context, id).email}  ${legacyUser(context, id).password}`).join('\n')}${admin}`
}
