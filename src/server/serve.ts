import { defined } from '../base/defined.ts'
import { needsHttps } from '../config/admin-url.ts'
import type { Config } from '../config/config.ts'
import { missingModules } from '../sandbox/installed-modules.ts'
import { engineOf } from '../store/engine.ts'
import { unknownTenants } from '../tenants/private-networks.ts'
import { compose, type Server } from './compose.ts'
import { firstRunFile, type FirstRun } from './first-run-file.ts'

const stop_within_ms = 15_000

/** The first step that is printed at the start: the set-up link, or the reason why there is none and how to get one. */
function adminStep({ admin_setup_url }: FirstRun, no_admin_origin: string | undefined): string {
  if (admin_setup_url !== undefined)
    return `Set up the first admin (the link works once, for 24 hours):
     ${admin_setup_url}`
  return `There is no address for admins. ${no_admin_origin ?? ''}
     To have one, set WHERRY_ADMIN_URL, start again, and print a set-up link with the command admin-link.`
}

function welcome(config: Config, first_run: FirstRun, no_admin_origin: string | undefined): string {
  const file = firstRunFile(config.data_dir)
  return `
Wherry is ready: ${first_run.issuer}

What to do next
  1. ${adminStep(first_run, no_admin_origin)}
  2. In the dashboard, create a connection and start the connect assistant on its page Custom Database.
  3. Or use the API. Get a token for the Management API with the client in ${file}:
     curl -s ${first_run.issuer}oauth/token -H 'content-type: application/json' -d '{
       "grant_type": "client_credentials",
       "client_id": "${first_run.management_client_id}",
       "client_secret": "<management_client_secret of first-run.json>",
       "audience": "${first_run.management_audience}" }'
     Then make a connection with your legacy store: see "From your user table to the first moved user" in the README.
`
}

function stopOnSignal(server: Server): Promise<number> {
  return new Promise((resolve) => {
    let stopping = false
    const stop = (signal: NodeJS.Signals): void => {
      if (stopping) return
      stopping = true
      server.log.info({ signal }, 'stopping: requests in flight end first')
      const late = setTimeout(() => {
        server.log.error({ after_ms: stop_within_ms }, 'stopping took too long; ending now')
        process.exit(1)
      }, stop_within_ms)
      server.close().then(
        () => {
          clearTimeout(late)
          resolve(0)
        },
        (error: unknown) => {
          clearTimeout(late)
          console.error(error)
          resolve(1)
        },
      )
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}

/** Runs the server until SIGTERM or SIGINT, then stops gracefully. Gives the exit status. */
export async function serve(config: Config): Promise<number> {
  const server = await compose(config)
  try {
    const [started, isolation] = await Promise.all([server.listen(), server.isolation()])
    const { issuer, admin_url, first_run, no_admin_origin } = started
    // Before the ready line is written: its reader may send a signal at once.
    const stopped = stopOnSignal(server)
    if (first_run) console.log(welcome(config, first_run, no_admin_origin))
    else if (process.stdout.isTTY) console.log(`Wherry is ready: ${issuer}`)
    if (no_admin_origin !== undefined && config.admin_url !== 'off') {
      server.log.warn({ reason: no_admin_origin }, 'there is no address for admins')
    }
    if (admin_url !== undefined && needsHttps(admin_url)) {
      server.log.warn({ admin_url }, 'browsers open no dashboard at this address: it needs https')
    }
    const missing = missingModules()
    if (missing !== undefined) server.log.error({ reason: missing }, 'action scripts cannot require modules')
    if (isolation.not_hardened !== undefined) {
      server.log.warn({ reason: isolation.not_hardened }, 'action scripts run without the hardened sandbox')
    }
    const unknown = await unknownTenants(server.db, config.egress_private_tenants)
    if (unknown.length > 0)
      server.log.warn({ unknown }, 'WHERRY_EGRESS_PRIVATE_TENANTS names tenants that do not exist')
    const sandbox = isolation.wrappers.bubblewrap === undefined ? 'default' : 'hardened'
    server.log.info({ issuer, ...defined({ admin_url }), store: engineOf(server.db), sandbox }, 'ready')
    return await stopped
  } catch (error) {
    await server.close()
    throw error
  }
}
