import { readdirSync, readFileSync } from 'node:fs'

/** The ids of all processes of the machine. Linux only. */
export const processIds = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

/** The processes that descend from `pid`, with their program names. Linux only. */
function descendants(pid: number): { pid: number; name: string }[] {
  const all = processIds().flatMap((name) => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return [
        { pid: Number(name), parent: Number(parent), name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')) },
      ]
    } catch {
      return []
    }
  })
  const below = (of: number): typeof all =>
    all.filter(({ parent }) => parent === of).flatMap((each) => [each, ...below(each.pid)])
  return below(pid)
}

/** The sandbox processes of this program, as it sees them: in a namespace of its own a script sees another id. Linux only. */
export const sandboxPids = (): number[] =>
  descendants(process.pid)
    .filter(({ name }) => name === 'deno')
    .map(({ pid }) => pid)

/** The id of the one sandbox process that was started since `before`. */
export function newSandboxPid(before: readonly number[]): number {
  const [pid, another] = sandboxPids().filter((each) => !before.includes(each))
  if (pid === undefined || another !== undefined)
    throw new Error(`not one new process: ${String(pid)}, ${String(another)}`)
  return pid
}
