import { process_bounds as bounds } from './limits.ts'
import { processStats } from './process-stats.ts'
import type { ExitCause } from './sandbox-process.ts'

/** The memory and processor time of one process, sampled from outside it. */
export type ResourceUsage = {
  /** Takes a sample and kills the process that is over its limits; skipped when the last sample is recent enough. */
  sample(): Promise<void>
  /** It holds so much memory that a new process should replace it. */
  nearMemoryLimit(): boolean
  /** The processor time between the last two samples, as a share of one core. */
  cpuShare(): number
}

/** Resident memory of a process that has loaded a few drivers. */
const empty_process_bytes = 160 * 1024 * 1024
const near_limit_share = 0.75

/** The process that is sampled, its limit, and how it is killed. */
export type ResourceUsageOptions = {
  memory_bytes: number
  pid(): number | undefined
  /** Since when it has had no call; undefined while it has one. */
  idleSince(): number | undefined
  /** Receives the processor time since the last sample, and the resident memory. */
  onSample(sample: { cpu_ms: number; rss_bytes: number }): void
  kill(cause: ExitCause): void
}

/** Watches memory and processor time of a process: too much memory, or computing without a call, kills it. */
export function watchResourceUsage(options: ResourceUsageOptions): ResourceUsage {
  let last = { at: 0, cpu_ms: 0, waited_ms: 0, busy_samples: 0 }
  let cpu_share = 0
  let near_memory_limit = false

  async function sample() {
    const pid = options.pid()
    const now = Date.now()
    const idle_before = options.idleSince()
    // On systems other than Linux a sample starts a program.
    const throttled = idle_before !== undefined || process.platform !== 'linux'
    if (pid === undefined || (throttled && now - last.at < bounds.idle_sample_ms)) return
    const stats = await processStats(pid)
    if (!stats) return
    options.onSample({ cpu_ms: Math.max(0, stats.cpu_ms - last.cpu_ms), rss_bytes: stats.rss_bytes })
    if (stats.rss_bytes > options.memory_bytes + empty_process_bytes) {
      options.kill({ kind: 'out_of_memory', reason: 'it used too much memory' })
    }
    near_memory_limit = stats.rss_bytes > options.memory_bytes * near_limit_share + empty_process_bytes
    const idle_since_last = idle_before !== undefined && idle_before === options.idleSince() && idle_before <= last.at
    const shareOf = (ms: number) => ms / Math.max(1, now - last.at)
    cpu_share = shareOf(stats.cpu_ms - last.cpu_ms)
    // While other processes have the cores, one that computes waits for them.
    const is_waiting = cpu_share + shareOf(stats.waited_ms - last.waited_ms) > bounds.idle_demand
    const busy_samples = idle_since_last && (cpu_share > bounds.idle_cpu || is_waiting) ? last.busy_samples + 1 : 0
    last = { at: now, cpu_ms: stats.cpu_ms, waited_ms: stats.waited_ms, busy_samples }
    if (busy_samples >= bounds.idle_cpu_samples)
      options.kill({ kind: 'stopped', reason: 'it kept computing with no call in flight' })
  }

  return { sample, nearMemoryLimit: () => near_memory_limit, cpuShare: () => cpu_share }
}
