import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { Config } from '../config/config.ts'
import { createScriptCallLog, type ScriptCallLog } from '../logs/script-call-log.ts'
import { createScriptLogWriter, type ScriptLogWriter } from '../logs/script-log-writer.ts'
import { default_limits, type ScriptLimits } from '../sandbox/limits.ts'
import { startScriptRuntime, type ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { Db } from '../store/tables.ts'
import { createPrivateNetworks, type PrivateNetworks } from '../tenants/private-networks.ts'
import { createTenantCache, type TenantCache } from '../tenants/tenant-cache.ts'
import { reservedPorts } from './reserved-ports.ts'

/** The script runtime of this process and the other dependencies of script calls. */
export type Scripting = {
  scripts: ScriptRuntime
  script_limits: ScriptLimits
  script_log: ScriptLogWriter
  script_calls: ScriptCallLog
  mayReachPrivateNetworks: PrivateNetworks
}

/** The dependencies of `startScripting`. */
export type StartScriptingDeps = { db: Db; clock: Clock; log: ProcessLog; tenants?: TenantCache }

/**
 * Starts the script runtime and the script log. Scripts cannot connect to the ports of this server, which `ports` returns.
 *
 * @returns `close` stops all scripts and stores the waiting log lines
 * @throws {SandboxMissing} when scripts cannot run on this machine
 */
export function startScripting(
  config: Config,
  { db, clock, log, tenants = createTenantCache({ db, clock }) }: StartScriptingDeps,
  ports: () => readonly number[],
): Scripting & { close(): Promise<void> } {
  const script_log = createScriptLogWriter(db, log)
  const script_calls = createScriptCallLog({ db, clock, log, script_log })
  const scripts = startScriptRuntime({
    onLog: (line) => script_log.write(line),
    reserved: () => reservedPorts(config, ports()),
    hardened: config.sandbox_hardened,
    never: config.egress_never,
    max_processes: config.sandbox_processes,
    log,
  })
  return {
    scripts,
    script_limits: {
      ...default_limits,
      deadline_ms: config.script_deadline_ms,
      memory_bytes: config.sandbox_memory_bytes,
    },
    script_log,
    script_calls,
    mayReachPrivateNetworks: createPrivateNetworks(tenants, config.egress_private_tenants),
    async close() {
      await scripts.close()
      await script_calls.close()
      await script_log.flush()
    },
  }
}
