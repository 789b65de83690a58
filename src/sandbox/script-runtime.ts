/**
 * The sandbox: runs one untrusted script and returns a ScriptResult. It owns the processes that scripts run in, their
 * limits and their access to the network. It does not know what a user, a tenant or a connection is, and it stores
 * nothing.
 */
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HardenedMode } from '../config/settings.ts'
import { denoFile } from './deno-file.ts'
import { watchBusyTenants } from './busy-tenants.ts'
import { openCores } from './cores.ts'
import { createRestrictedTargets } from './restricted-targets.ts'
import { probeTarget, type ProbedTarget } from './connect-by-policy.ts'
import type { EgressPolicy, HostPort } from './egress-types.ts'
import { startHostResolver, type HostResolver } from './host-resolver.ts'
import { probeIsolation, type Isolation } from './isolation.ts'
import { process_bounds } from './limits.ts'
import { createPendingCall } from './pending-call.ts'
import { admitProcess } from './process-shares.ts'
import { openRestartBudget } from './restart-budget.ts'
import { makePrivateFolder, removePrivateFolder } from './private-folder.ts'
import type { ScriptCall, ScriptLogLine, ScriptResult } from './script-types.ts'
import { startScriptWorker } from './script-worker.ts'
import { formats_folder, runtime_folder } from './spawn-command.ts'
import { openUnit, type Unit } from './unit.ts'
import { openUsageAccounts, type UnitUsage } from './usage-accounts.ts'
import { unitText, type UnitKey } from './unit-key.ts'

/** Runs scripts, each unit in processes of its own. */
export type ScriptRuntime = {
  /** Runs one script. Rejects only when the runtime is closed. */
  run(call: ScriptCall): Promise<ScriptResult>
  /** Replaces the unit's process: pending calls finish in the old one, the next call starts a new one with a new `global`. */
  recycle(unit: UnitKey): void
  /** Ends the process of a unit that gets no more calls, after those that are pending. */
  discard(unit: UnitKey): void
  /** Opens a connection as a script of the unit would, and closes it. Nothing is sent. */
  probe(unit: UnitKey, policy: EgressPolicy, target: HostPort): Promise<ProbedTarget>
  /**
   * How processes are isolated on this machine; it is tried once.
   *
   * @throws {SandboxMissing} where bubblewrap is required and does not work; then no call runs
   * @throws Error when the machine cannot start a process now
   */
  isolation(): Promise<Isolation>
  /** What each unit used since the start and in the last hour: the thousand used last, the largest processor time first. */
  usage(): UnitUsage[]
  /** Kills every process; pending calls are answered `saturated`. */
  close(): Promise<void>
}

/** The dependencies of the runtime. */
export type ScriptRuntimeOptions = {
  /** Lines of `console`, and refused connections. */
  onLog(line: ScriptLogLine): void
  /** The server's own store and ports, read at every connection of a script. */
  reserved(): HostPort[]
  /** Whether bubblewrap isolates the processes. */
  hardened: HardenedMode
  /** `host:port` or CIDRs that no connection may open. */
  never?: string[]
  /** Processes at once, shared by the tenants as `admitProcess` says. Default 50. */
  max_processes?: number
  /** Resolves the names of hosts. Default: by the system's name servers. */
  resolver?: HostResolver
  log?: { warn(details: object, message: string): void }
}

// The answer `saturated` takes 0.5 to 1.5 of this time: a caller that tries again at once would occupy the event loop.
const saturated_ms = 500

const answered = new Set<ScriptResult['kind']>(['returned', 'failed'])

/** Starts the runtime, which starts no process before the first call. @throws {SandboxMissing} when scripts cannot run on this machine */
export function startScriptRuntime(options: ScriptRuntimeOptions): ScriptRuntime {
  const deno_file = denoFile()
  // Deno's permission flags take lists of paths that are separated by commas.
  for (const path of [runtime_folder, formats_folder, tmpdir()])
    if (path.includes(',')) throw new Error(`Action scripts cannot run: the path ${path} has a comma in it.`)
  const folder = makePrivateFolder()
  const resolver = options.resolver ?? startHostResolver()
  const restrictedTargets = createRestrictedTargets(options.reserved, options.never ?? [])
  const max_processes = options.max_processes ?? 50
  // By the text of their key, least recently used first.
  const units = new Map<string, Unit>()
  let probed: Promise<Isolation> | undefined
  const isolation = (): Promise<Isolation> => {
    probed ??= probeIsolation(options.hardened, deno_file).catch((error: unknown) => {
      probed = undefined
      throw error
    })
    return probed
  }
  const cores = openCores()
  const restarts = openRestartBudget()
  const busy = watchBusyTenants()
  const accounts = openUsageAccounts()
  let closed = false

  const workers = () => [...units.values()].flatMap((unit) => unit.workers())

  function unitOf(key: UnitKey): Unit {
    const text = unitText(key)
    const known = units.get(text)
    if (known) {
      units.delete(text)
      units.set(text, known)
      return known
    }
    const unit: Unit = openUnit({
      tenant_id: key.tenant_id,
      unit_id: key.unit_id,
      refusal: () => restarts.refusal(key),
      admit: () => admitProcess(unit, [...units.values()], max_processes),
      start: (hooks, { call }) => {
        restarts.onStart(key)
        accounts.onStart(key)
        return startScriptWorker({
          ...hooks,
          unit: key,
          cpu: cores.of(key.tenant_id),
          folder,
          deno_file,
          wrappers: async () => (await isolation()).wrappers,
          policy: call.egress,
          endpoint: call.endpoint,
          limits: call.limits,
          restrictedTargets,
          resolver,
          onSample: (sample) => accounts.onSample(key, sample),
          onLog: (line) => {
            if (call.onLog) call.onLog(line)
            else options.onLog({ unit: key, at: Date.now(), ...line })
          },
        })
      },
      onChange: () => onUnitChange(text),
      onWait: () => accounts.onWait(key),
      onExit: (cause) => {
        restarts.onExit(key, cause)
        accounts.onExit(key, cause)
        if (cause.kind !== 'stopped' && cause.kind !== 'reclaimed')
          options.log?.warn({ ...key, cause: cause.kind, reason: cause.reason }, 'a sandbox process exited')
      },
    })
    units.set(text, unit)
    return unit
  }

  function onUnitChange(text: string) {
    if (units.get(text)?.empty()) units.delete(text)
    cores.keep(new Set([...units.values()].map(({ tenant_id }) => tenant_id)))
    for (const [other, unit] of units) if (other !== text) unit.dispatch()
  }

  const sampling = setInterval(() => {
    const now = Date.now()
    for (const unit of units.values()) {
      const idle_since = unit.idleSince()
      if (idle_since !== undefined && now - idle_since > process_bounds.idle_ms) unit.stopIdle()
      for (const worker of unit.workers()) void worker.sample()
    }
    busy.update(
      [...units.values()].flatMap((unit) => unit.workers().map((worker) => ({ tenant_id: unit.tenant_id, worker }))),
    )
  }, process_bounds.sample_ms)
  sampling.unref()

  function killAll() {
    for (const unit of units.values()) unit.close()
  }
  const onExit = () => {
    killAll()
    removePrivateFolder(folder)
  }
  process.on('exit', onExit)

  return {
    run(call) {
      if (closed) return Promise.reject(new Error('the script runtime is closed'))
      accounts.onCall(call.unit)
      return new Promise((resolve) => {
        const settle = (result: ScriptResult) => {
          if (answered.has(result.kind)) restarts.onAnswer(call.unit.tenant_id)
          if (result.kind === 'saturated' && !closed) setTimeout(resolve, saturated_ms * (0.5 + Math.random()), result)
          else resolve(result)
        }
        unitOf(call.unit).add(createPendingCall(call, settle))
      })
    },
    recycle(unit) {
      units.get(unitText(unit))?.recycle()
    },
    discard(unit) {
      units.get(unitText(unit))?.recycle('its work was done')
    },
    probe: (unit, policy, target) => probeTarget({ resolver, restrictedTargets }, { unit, policy, target }),
    isolation,
    usage() {
      return accounts.list().map((usage) => {
        const own = [...units.values()].filter(
          ({ tenant_id, unit_id }) => tenant_id === usage.tenant_id && unit_id === usage.unit_id,
        )
        return { ...usage, processes: own.reduce((sum, unit) => sum + unit.processes(), 0) }
      })
    },
    async close() {
      if (closed) return
      closed = true
      clearInterval(sampling)
      process.off('exit', onExit)
      killAll()
      for (let round = 0; workers().length > 0 && round < 200; round += 1) await sleep(10)
      removePrivateFolder(folder)
    },
  }
}
