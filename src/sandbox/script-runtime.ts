/**
 * The sandbox: runs one untrusted script and answers a ScriptResult. It owns the processes that scripts run in,
 * their limits and their way to the network. It does not know what a user, a tenant or a connection is, and it
 * stores nothing.
 */
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { denoFile } from './deno-file.ts'
import { openGuards } from './egress-guards.ts'
import type { HostPort } from './egress-types.ts'
import { startHostResolver } from './host-resolver.ts'
import { newJob } from './job.ts'
import { process_bounds } from './limits.ts'
import { makePrivateFolder, removePrivateFolder } from './private-folder.ts'
import type { ScriptCall, ScriptLogLine, ScriptResult } from './script-types.ts'
import { serveProcess } from './served-process.ts'
import { probeWrappers, runtime_folder, type Wrappers } from './spawn-line.ts'
import { openUnit, type Unit } from './unit.ts'
import { unitText, type UnitKey } from './unit-key.ts'

export type { EgressFailure, EgressPolicy, HostPort } from './egress-types.ts'
export { decideEgress, readHostPort, type EgressDecision, type EgressTarget } from './egress-policy.ts'
export { default_limits, type ScriptLimits } from './limits.ts'
export type {
  JsonObject,
  JsonValue,
  ScriptCall,
  ScriptError,
  ScriptLogLevel,
  ScriptLogLine,
  ScriptOutcome,
  ScriptResult,
} from './script-types.ts'

/** Runs scripts, each unit in processes of its own. */
export type ScriptRuntime = {
  /** Runs one script. Rejects only when the runtime is closed. */
  run(call: ScriptCall): Promise<ScriptResult>
  /** Calls in flight finish where they are; the next call of `unit` starts a fresh process with a fresh `global`. */
  drop(unit: UnitKey): void
  /** Ends every process; calls in flight are answered `crashed`. */
  close(): Promise<void>
}

/** What the runtime is given from above. */
export type ScriptRuntimeOptions = {
  /** Lines of `console`, and refused connections. */
  onLog(line: ScriptLogLine): void
  /** The server's own store and ports, asked for at every connection of a script. */
  reserved(): HostPort[]
  /** `host:port` or CIDRs that no connection may open. */
  never?: string[]
  /** Processes at once; the least recently used idle one makes room. Default 50. */
  max_processes?: number
  log?: { warn(details: object, message: string): void }
}

/** @throws Error when this machine has no runtime for scripts. */
export function startScriptRuntime(options: ScriptRuntimeOptions): ScriptRuntime {
  const deno_file = denoFile()
  // Deno reads lists of paths separated by commas.
  for (const place of [runtime_folder, tmpdir()])
    if (place.includes(',')) throw new Error(`Action scripts cannot run: the path ${place} has a comma in it.`)
  const folder = makePrivateFolder()
  const resolver = startHostResolver()
  const guards = openGuards(options.reserved, options.never ?? [], resolver)
  const max_processes = options.max_processes ?? 50
  /** Least recently used first. */
  const units = new Map<string, Unit>()
  // Tried when the first script comes: a start is not to wait for it.
  let probed: Promise<Wrappers> | undefined
  const wrappers = (): Promise<Wrappers> => {
    probed ??= probeWrappers().catch((error: unknown) => {
      probed = undefined
      throw error
    })
    return probed
  }
  let closed = false

  const processes = () => [...units.values()].flatMap((unit) => unit.processes())

  function admit(): boolean {
    if (processes().length < max_processes) return true
    for (const unit of units.values()) if (unit.stopIdle()) return true
    return false
  }

  function unitOf(key: UnitKey): Unit {
    const text = unitText(key)
    const known = units.get(text)
    if (known) {
      units.delete(text)
      units.set(text, known)
      return known
    }
    const unit = openUnit({
      admit,
      start: (hooks, job) =>
        serveProcess({
          ...hooks,
          unit: text,
          folder,
          deno_file,
          wrappers,
          policy: job.call.egress,
          limits: job.call.limits,
          guards,
          resolver,
          onLog: (line) => options.onLog({ unit: key, at: Date.now(), ...line }),
        }),
      onChange: () => tidy(text),
      onEnd: (cause) => {
        if (cause.kind !== 'stopped')
          options.log?.warn({ ...key, cause: cause.kind, reason: cause.reason }, 'a sandbox process ended')
      },
    })
    units.set(text, unit)
    return unit
  }

  function tidy(text: string) {
    if (units.get(text)?.empty()) units.delete(text)
    for (const [other, unit] of units) if (other !== text) unit.dispatch()
  }

  const watch = setInterval(() => {
    const now = Date.now()
    for (const unit of units.values()) {
      const idle_since = unit.idleSince()
      if (idle_since !== undefined && now - idle_since > process_bounds.idle_ms) unit.stopIdle()
      for (const served of unit.processes()) void served.sample()
    }
  }, process_bounds.sample_ms)
  watch.unref()

  function endAll() {
    for (const unit of units.values()) unit.close()
  }
  const onExit = () => {
    endAll()
    removePrivateFolder(folder)
  }
  process.on('exit', onExit)

  return {
    run(call) {
      if (closed) return Promise.reject(new Error('the script runtime is closed'))
      return new Promise((resolve) => {
        unitOf(call.unit).add(newJob(call, resolve))
      })
    },
    drop(unit) {
      units.get(unitText(unit))?.renew()
    },
    async close() {
      if (closed) return
      closed = true
      clearInterval(watch)
      process.off('exit', onExit)
      endAll()
      for (let round = 0; processes().length > 0 && round < 200; round += 1) await sleep(10)
      removePrivateFolder(folder)
    },
  }
}
