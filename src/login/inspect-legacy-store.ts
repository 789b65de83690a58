import { defined } from '../base/defined.ts'
import { InspectionFailed } from '../connections/assistant/run-plan.ts'
import { inspectStore, type InspectedUsers } from '../connections/assistant/inspect-store.ts'
import { checkNewAllowEntries } from '../connections/check-new-allow-entries.ts'
import { openConfiguration, type Connection } from '../connections/connection.ts'
import { sealConfiguration } from '../connections/seal-configuration.ts'
import type { Inspection } from '../contract/assistant.ts'
import { Refusal } from '../contract/refusal.ts'
import type { TriedScript } from '../contract/script-try.ts'
import type { Caller } from '../logs/record-event.ts'
import { createTenantLimit } from './tenant-limit.ts'
import { tryScript, type TryScriptDeps } from './try-script.ts'

/** The legacy store of a connection, which may be one that is not saved yet. */
export type InspectionRequest = {
  connection: Connection
  /** Precedes the configuration of the connection. */
  configuration: Record<string, string>
  settings: Record<string, string>
  /** Destinations that this inspection may connect to beside those of the connection. */
  allow: string[]
  known_user?: { identifier: string; password: string } | undefined
  caller: Pick<Caller, 'ip'>
}

const withinLimit = createTenantLimit(2, 'inspections of legacy stores')

type Tried = Inspection['tried']

/** The egress rules of the connection, with more destinations. */
function withAllowed({ options }: Connection, allow: string[]) {
  const { mode = 'open', allow: allowed = [] } = options.egress ?? {}
  return { mode, allow: [...new Set([...allowed, ...allow])] }
}

/**
 * Why a run failed, without a value of the legacy store: a database quotes values in the messages of its errors, which have a code, and what
 * refuses a profile may name its values. The other errors are those of the generated scripts.
 */
function messageOf({ error, outcome, checks }: TriedScript, identifier: string): string | undefined {
  if (error) return error.code === undefined ? error.message.replaceAll(identifier, '…') : `The error ${error.code}.`
  if (outcome === 'collision') return 'Several legacy users have one identifier.'
  const field = checks.find(({ check }) => check === 'refused')?.field
  return field === undefined ? undefined : `The profile's ${field} was refused.`
}

/** The connection with what was proposed, for its scripts to be tried. Nothing of it is saved. */
function proposedConnection(
  { sealer }: TryScriptDeps,
  connection: Connection,
  configuration: Record<string, string>,
  id_namespace: string,
  egress: ReturnType<typeof withAllowed>,
): Connection {
  return {
    ...connection,
    mode: 'import',
    options: { ...connection.options, id_namespace, egress },
    configuration_sealed: sealConfiguration(sealer, connection, { configuration }),
  }
}

/** Runs the proposed scripts. The identifiers and what the scripts return stay here: outcomes and names of fields are answered. */
async function tryProposal(
  deps: TryScriptDeps,
  { known_user, caller }: InspectionRequest,
  connection: Connection,
  { inspection, identifiers }: InspectedUsers,
): Promise<Tried> {
  const { scripts = {} } = inspection.proposal ?? {}
  const tried: Tried = []
  const run = async (
    script: 'login' | 'get_user',
    args: [identifier: string, ...passwords: string[]],
  ): Promise<void> => {
    const source = scripts[script]
    if (source === undefined) return
    const run_of = await tryScript(deps, { connection, script, args, source, allow_writes: false, caller })
    const { outcome, checks } = run_of
    const message = messageOf(run_of, args[0])
    const fields = checks.flatMap(({ check, field }) => (check === 'stored' || field === undefined ? [] : [field]))
    const same = tried.find((each) => each.script === script && each.outcome === outcome)
    if (same === undefined)
      tried.push({ script, outcome, times: 1, fields: [...new Set(fields)], ...defined({ message }) })
    else Object.assign(same, { times: same.times + 1, fields: [...new Set([...same.fields, ...fields])] })
  }
  for (const identifier of identifiers) await run('get_user', [identifier])
  if (known_user !== undefined) await run('login', [known_user.identifier, known_user.password])
  return tried
}

/**
 * Inspects the legacy store of a connection, read-only, proposes a template and runs its scripts. Nothing is stored, and no value of the
 * legacy store is answered or logged. `login` is run with the known user only, and counts for brute-force protection like a login.
 * At most two inspections of a tenant run at once.
 *
 * @throws {Refusal} `invalid_body`, `too_many_requests`; `invalid_request` where the legacy store cannot be reached
 */
export async function inspectLegacyStore(deps: TryScriptDeps, request: InspectionRequest): Promise<Inspection> {
  const { connection, settings, known_user } = request
  const { tenant_id, name, options } = connection
  const egress = withAllowed(connection, request.allow)
  await checkNewAllowEntries(deps.mayReachPrivateNetworks, tenant_id, { egress }, options, 'allow')
  return await withinLimit(tenant_id, async () => {
    const configuration = { ...openConfiguration(deps.sealer, connection), ...request.configuration }
    const id_namespace = options.id_namespace ?? name.slice(0, 64)
    const private_networks = await deps.mayReachPrivateNetworks(tenant_id)
    try {
      const users = await inspectStore(deps, {
        tenant_id,
        name,
        configuration,
        egress: { ...egress, private_networks },
        id_namespace,
        settings,
        known_user,
      })
      const proposed = proposedConnection(deps, connection, configuration, id_namespace, egress)
      return { ...users.inspection, tried: await tryProposal(deps, request, proposed, users) }
    } catch (error) {
      if (!(error instanceof InspectionFailed)) throw error
      throw new Refusal('invalid_request', { message: `The legacy store cannot be inspected: ${error.message}` })
    }
  })
}
