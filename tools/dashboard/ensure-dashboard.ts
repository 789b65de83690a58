import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const sources = [
  'dashboard/index.html',
  'dashboard/src/**/*.{ts,tsx,css}',
  'src/contract/**/*.ts',
  'templates/{rules,actions}/*.js',
  'tools/dashboard/*.ts',
  'sandbox-runtime/package.json',
  'sandbox-runtime/runner/{modules,script-globals,script-errors}.cjs',
]
// The versions of what is built in.
const lockfile = 'package-lock.json'

/** The folder that the dashboard is built into. */
export const dashboard_folder = join(root, 'dashboard', 'dist')

/** The file of the folder that has the digest of the sources that it was built from. */
export const digest_file = join(dashboard_folder, '.built-from')

/** The digest of everything that the dashboard is built from. */
export function sourceDigest(): string {
  const hash = createHash('sha256')
  for (const path of [...globSync(sources, { cwd: root }).toSorted(), lockfile]) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

function hasVite(): boolean {
  try {
    createRequire(import.meta.url).resolve('vite/package.json')
    return true
  } catch {
    return false
  }
}

/**
 * Builds the dashboard when its sources are not those that it was built from, which takes 30 ms to find out.
 *
 * @returns `missing`: why there is no dashboard, for the operator
 */
export async function ensureDashboard({ is_forced = false } = {}): Promise<{ built_in_ms?: number; missing?: string }> {
  const digest = sourceDigest()
  if (!is_forced && existsSync(digest_file) && readFileSync(digest_file, 'utf8') === digest) return {}
  if (!hasVite()) {
    const missing =
      'The dashboard is not built, or not up to date: install the development dependencies (npm ci) to build it.'
    return { missing }
  }
  const started = performance.now()
  // Vite is loaded only where there is something to build.
  const { buildDashboard } = await import('./build-dashboard.ts')
  await buildDashboard(digest)
  return { built_in_ms: performance.now() - started }
}
