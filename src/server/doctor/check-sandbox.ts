import { performance } from 'node:perf_hooks'
import { SandboxMissing } from '../../sandbox/deno-file.ts'
import type { EgressPolicy } from '../../sandbox/egress-types.ts'
import { missingModules } from '../../sandbox/installed-modules.ts'
import type { ScriptResult } from '../../sandbox/script-types.ts'
import type { CommandDeps } from '../command-deps.ts'
import type { Scripting } from '../start-scripting.ts'
import { failure, messageOf, ok, warning, type Found } from './finding.ts'

const no_egress: EgressPolicy = { mode: 'allow_list', allow: [], private_networks: false }
const source = 'function login(identifier, password, callback) { callback(null, null) }'

/** Runs a script that does nothing. */
async function runTrial({ scripts, script_limits }: Scripting): Promise<ScriptResult> {
  const unit = { tenant_id: 'doctor', unit_id: 'trial', version: 1 }
  try {
    return await scripts.run({
      unit,
      script: 'login',
      source,
      args: ['', ''],
      configuration: {},
      egress: no_egress,
      limits: script_limits,
      onLog: () => undefined,
      retry: true,
    })
  } finally {
    scripts.discard(unit)
  }
}

function reasonOf(result: ScriptResult): string {
  if ('message' in result) return result.message
  return ('reason' in result ? result.reason : undefined) ?? result.kind
}

async function checkIsolation({ scripts }: Scripting, mode: string): Promise<Found> {
  const { wrappers, not_hardened } = await scripts.isolation()
  if (wrappers.bubblewrap !== undefined)
    return ok('Action scripts run hardened, in namespaces of their own (bubblewrap).')
  if (mode === 'off') {
    return warning(
      'WHERRY_SANDBOX_HARDENED is off: scripts run in Deno without namespaces of their own.',
      'Set it to auto or required, where tenants that you do not trust write scripts.',
    )
  }
  return warning(
    `Action scripts run in Deno without namespaces of their own. ${not_hardened ?? ''}`.trim(),
    'See "The hardened sandbox" in docs/guides/operating.md.',
  )
}

/** Checks how action scripts are isolated, that they may require their modules, and that one runs. */
export async function checkSandbox({ config, scripting }: CommandDeps): Promise<Found[]> {
  try {
    const modules = missingModules()
    if (modules !== undefined)
      return [failure(modules, 'Run the command above, or npm install without --ignore-scripts.')]
    const isolation = await checkIsolation(scripting(), config.sandbox_hardened)
    const began_at = performance.now()
    const result = await runTrial(scripting())
    const took_ms = Math.round(performance.now() - began_at)
    if (result.kind === 'returned')
      return [isolation, ok(`A script ran in ${took_ms} ms, with the start of its process.`)]
    return [
      isolation,
      failure(
        `A script that does nothing did not run: ${reasonOf(result)}.`,
        'Logins that need a script fail. The process log has the reason; free memory, and raise the limits of processes.',
      ),
    ]
  } catch (error) {
    if (!(error instanceof SandboxMissing)) throw error
    return [failure(messageOf(error), 'Install the package again, with its optional packages.')]
  }
}
