// Describes the machine that the figures come from.
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** One line with CPU, memory, system and Node version, and the load average: figures of a busy machine are worse. */
export function describeMachine(): string {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const system = /^PRETTY_NAME="(.*)"$/m.exec(release)?.[1] ?? process.platform
  const memory_gib = Math.round(totalmem() / 2 ** 30)
  const [load] = loadavg()
  return `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'CPU'}, ${memory_gib} GiB, ${system}, Node ${process.version}; load average before the run ${load?.toFixed(1)}`
}
