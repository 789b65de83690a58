// Finds lockfile entries with which `npm ci` fails or installs other files: npm writes an entry without a version when a package is newer
// than its platform binaries, and the URLs of a configured mirror.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** One package in a lockfile's `packages`. */
type LockedPackage = {
  version?: string
  resolved?: string
  integrity?: string
  link?: boolean
  inBundle?: boolean
  optionalDependencies?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

type Lockfile = { lockfileVersion?: number; packages?: Record<string, LockedPackage> }

const exact = /^(?:npm:(?:@[^/@]+\/)?[^@]+@)?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/

/**
 * Answers the problems of the lockfile at `file` and of the `package.json` beside it, one sentence each: entries without version or
 * checksum, `resolved` URLs, missing optional dependencies, dependencies that are not pinned.
 */
export function lockfileProblems(file: string): string[] {
  const lockfile = JSON.parse(readFileSync(file, 'utf8')) as Lockfile
  const manifest_file = join(dirname(file), 'package.json')
  const manifest = existsSync(manifest_file) ? (JSON.parse(readFileSync(manifest_file, 'utf8')) as LockedPackage) : {}
  return [...problemsOfLock(lockfile), ...problemsOfManifest(manifest)]
}

function problemsOfLock(lockfile: Lockfile): string[] {
  const packages = lockfile.packages ?? {}
  const problems = Object.keys(packages).length < 2 ? ['it has no package'] : []
  if (lockfile.lockfileVersion !== 3) problems.push(`its lockfileVersion is ${lockfile.lockfileVersion}, not 3`)
  for (const [path, entry] of Object.entries(packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (!isLocked(packages, path, name))
        problems.push(`${name}, optional for ${path || 'the project'}, is not locked`)
    }
    if (path === '' || entry.link === true) continue
    if (entry.version === undefined) problems.push(`${path} has no version`)
    if (entry.resolved !== undefined) problems.push(`${path} has a resolved address`)
    if (entry.integrity === undefined && entry.inBundle !== true) problems.push(`${path} has no checksum`)
  }
  return problems
}

// Looks a package up as Node does: in the node_modules folder of the package itself, then in that of each enclosing package.
function isLocked(packages: Record<string, LockedPackage>, from: string, name: string): boolean {
  let at = from
  while (true) {
    if (packages[at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`] !== undefined) return true
    if (at === '') return false
    const cut = at.lastIndexOf('node_modules/')
    at = cut <= 0 ? '' : at.slice(0, cut - 1)
  }
}

function problemsOfManifest(manifest: LockedPackage): string[] {
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
  return Object.entries(all)
    .filter(([, range]) => !exact.test(range))
    .map(([name, range]) => `${name} is not pinned to an exact version: "${range}"`)
}
