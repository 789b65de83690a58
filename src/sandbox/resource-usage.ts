/** Watches a process from outside: memory beyond its bound, and computing when it has nothing to do. */
import { process_bounds as bounds } from './limits.ts'
import { processStats } from './process-stats.ts'
import type { EndCause } from './sandbox-process.ts'

/** How a process is doing, from outside. */
export type VitalSigns = {
  /** Looks once; does nothing when it looked a moment ago. */
  sample(): Promise<void>
  /** It holds so much memory that a fresh process should take over. */
  heavy(): boolean
}

/** Resident memory of a process that has loaded a few drivers. */
const empty_process_bytes = 160 * 1024 * 1024
const heavy_share = 0.75

/** What is watched, and how it is ended. */
export type VitalSignsOptions = {
  memory_bytes: number
  pid(): number | undefined
  /** Since when it has had no call; undefined while it has one. */
  idleSince(): number | undefined
  end(cause: EndCause): void
}

/** Watches memory and processor time of a process: too much memory, or work without a call, ends it. */
export function watchVitalSigns(options: VitalSignsOptions): VitalSigns {
  let last = { at: 0, cpu_ms: 0, busy: 0 }
  let is_heavy = false

  async function sample() {
    const pid = options.pid()
    const now = Date.now()
    const was_idle = options.idleSince()
    // Elsewhere than on Linux a look starts a program.
    const seldom = was_idle !== undefined || process.platform !== 'linux'
    if (pid === undefined || (seldom && now - last.at < bounds.idle_sample_ms)) return
    const stats = await processStats(pid)
    if (!stats) return
    if (stats.rss_bytes > options.memory_bytes + empty_process_bytes) {
      options.end({ kind: 'out_of_memory', reason: 'it used too much memory' })
    }
    is_heavy = stats.rss_bytes > options.memory_bytes * heavy_share + empty_process_bytes
    const idle_all_along = was_idle !== undefined && was_idle === options.idleSince() && was_idle <= last.at
    const share = (stats.cpu_ms - last.cpu_ms) / Math.max(1, now - last.at)
    const busy = idle_all_along && share > bounds.idle_cpu ? last.busy + 1 : 0
    last = { at: now, cpu_ms: stats.cpu_ms, busy }
    if (busy >= bounds.idle_cpu_samples)
      options.end({ kind: 'stopped', reason: 'it kept computing with no call in flight' })
  }

  return { sample, heavy: () => is_heavy }
}
