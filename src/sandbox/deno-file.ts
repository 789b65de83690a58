import { createRequire } from 'node:module'
import { chmodSync, existsSync, statSync } from 'node:fs'
import path from 'node:path'

const targets: Record<string, string> = {
  'linux-x64': 'linux-x64-glibc',
  'linux-arm64': 'linux-arm64-glibc',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
}

/**
 * The path of Deno's program file in the platform package that npm installed; no wrapper script runs.
 *
 * @throws Error when this machine has no Deno: an unsupported platform, or an install without optional packages
 */
export function denoFile(): string {
  const platform = `${process.platform}-${process.arch}`
  const target = targets[platform]
  if (target === undefined)
    throw new Error(`Action scripts cannot run on ${platform}: there is no sandbox runtime for it.`)
  const require_from_deno = createRequire(createRequire(import.meta.url).resolve('deno/package.json'))
  let file: string
  try {
    file = path.join(path.dirname(require_from_deno.resolve(`@deno/${target}/package.json`)), 'deno')
  } catch {
    throw new Error(`The package @deno/${target} is not installed. Run npm ci without leaving out optional packages.`)
  }
  if (!existsSync(file)) throw new Error(`The package @deno/${target} holds no program file.`)
  if ((statSync(file).mode & 0o100) === 0) chmodSync(file, 0o755)
  return file
}
