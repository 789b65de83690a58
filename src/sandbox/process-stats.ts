import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'

/**
 * Resident memory in bytes, and since its start in milliseconds: processor time, and how long its first thread waited for a core (0
 * where the system does not say).
 */
export type ProcessStats = { rss_bytes: number; cpu_ms: number; waited_ms: number }

const ticks_per_s = 100

async function fromProc(pid: number): Promise<ProcessStats | undefined> {
  const [stat, status, schedule] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => ''),
  ])
  // The name in parentheses may hold spaces: fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  const rss_kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0)
  const waited_ns = Number(schedule.split(' ')[1] ?? 0)
  return { rss_bytes: rss_kib * 1024, cpu_ms: (ticks * 1000) / ticks_per_s, waited_ms: waited_ns / 1e6 }
}

function clockMs(text: string): number {
  const parts = text.split(/[-:]/).map(Number)
  const seconds = parts.reduceRight(
    (sum, part, index) => sum + part * ([1, 60, 3600, 86_400][parts.length - 1 - index] ?? 0),
    0,
  )
  return seconds * 1000
}

function fromPs(pid: number): Promise<ProcessStats | undefined> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=,time=', '-p', String(pid)], { timeout: 2_000 }, (error, stdout) => {
      const [rss, time] = stdout.trim().split(/\s+/)
      if (error || rss === undefined || time === undefined) return resolve(undefined)
      return resolve({ rss_bytes: Number(rss) * 1024, cpu_ms: clockMs(time), waited_ms: 0 })
    })
  })
}

/** Reads a running process's stats from outside it; undefined when it has exited or the system reports nothing. */
export async function processStats(pid: number): Promise<ProcessStats | undefined> {
  try {
    return process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid)
  } catch {
    return undefined
  }
}
