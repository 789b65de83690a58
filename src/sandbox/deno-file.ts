import { createRequire } from 'node:module'
import { chmodSync, existsSync, statSync } from 'node:fs'
import path from 'node:path'

const targets: Record<string, string> = {
  'linux-x64': 'linux-x64-glibc',
  'linux-arm64': 'linux-arm64-glibc',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
}

/** Action scripts cannot run on this machine as it is. The message says why, and what to do. */
export class SandboxMissing extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SandboxMissing'
  }
}

/**
 * The path of Deno's program file in the platform package that npm installed; no wrapper script runs.
 *
 * @throws {SandboxMissing} when this machine has no Deno: an unsupported platform, or an install without optional packages
 */
export function denoFile(): string {
  const platform = `${process.platform}-${process.arch}`
  const target = targets[platform]
  if (target === undefined)
    throw new SandboxMissing(`Action scripts cannot run on ${platform}: there is no sandbox runtime for it.`)
  let file: string
  try {
    const require_from_deno = createRequire(createRequire(import.meta.url).resolve('deno/package.json'))
    file = path.join(path.dirname(require_from_deno.resolve(`@deno/${target}/package.json`)), 'deno')
  } catch {
    throw new SandboxMissing(
      `Action scripts cannot run: the package @deno/${target} is not installed. Run npm ci without leaving out optional packages (npm ci --include=optional).`,
    )
  }
  if (!existsSync(file)) throw new SandboxMissing(`The package @deno/${target} holds no program file.`)
  if ((statSync(file).mode & 0o100) === 0) chmodSync(file, 0o755)
  return file
}
