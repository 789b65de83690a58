/**
 * Comparison of this checkout with another commit: the checkout of the other commit, the workloads, and the ratio of their CPU. It
 * imports no source of the product.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { own_root } from '../servers/start-command.ts'

/** The message is for the user of the command. */
export class CheckoutError extends Error {}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: own_root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}

/**
 * Resolves a commit's name to its full hash.
 *
 * @throws {CheckoutError} when this checkout has no git repository or no such commit
 */
export function resolveCommit(name: string): string {
  try {
    return git('rev-parse', '--verify', '--end-of-options', `${name}^{commit}`)
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    const reason = stderr?.trim() || String(error)
    throw new CheckoutError(`--against "${name}" is no commit of this repository (${reason}).`, { cause: error })
  }
}

/** The commit of this checkout, and whether files differ from it: the comparison measures the files as they are. */
export function describeWorkTree(): string {
  const is_dirty = git('status', '--porcelain', '--untracked-files=no') !== ''
  return `${git('rev-parse', '--short', 'HEAD')}${is_dirty ? ' with uncommitted changes' : ''}`
}

function hasSameFile(root: string, path: string): boolean {
  const other = join(root, path)
  return existsSync(other) && readFileSync(other, 'utf8') === readFileSync(join(own_root, path), 'utf8')
}

/** Copies each `node_modules` whose lockfile is the same here, and has npm install the others. */
function installDependencies(root: string): void {
  const copy = (folder: string): boolean => {
    const modules = join(folder, 'node_modules')
    if (!hasSameFile(root, join(folder, 'package-lock.json')) || !existsSync(join(own_root, modules))) return false
    cpSync(join(own_root, modules), join(root, modules), { recursive: true, verbatimSymlinks: true })
    return true
  }
  copy('sandbox-runtime')
  const is_copied = copy('.')
  // `npm ci` runs the same script after the installation; it installs sandbox-runtime unless it is up to date.
  const [command, args] = is_copied
    ? [process.execPath, [join(root, 'tools/ensure-sandbox-modules.cjs')]]
    : ['npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']]
  execFileSync(command, args, { cwd: root, stdio: 'inherit' })
}

/**
 * Checks a commit out into a temporary git work tree with its dependencies. It is removed when this process exits.
 *
 * @throws {CheckoutError} when its dependencies cannot be installed
 */
export function checkOut(commit: string): string {
  const root = mkdtempSync(join(tmpdir(), 'wherry-bench-checkout-'))
  git('worktree', 'add', '--quiet', '--detach', root, commit)
  process.once('exit', () => git('worktree', 'remove', '--force', root))
  try {
    installDependencies(root)
  } catch (error) {
    throw new CheckoutError(`The dependencies of ${commit} could not be installed.`, { cause: error })
  }
  return root
}
