import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { runtime_folder } from './spawn-command.ts'

const installer = fileURLToPath(new URL('../../tools/ensure-sandbox-modules.cjs', import.meta.url))

function read(...names: string[]): string | undefined {
  try {
    return readFileSync(path.join(runtime_folder, ...names), 'utf8')
  } catch {
    return undefined
  }
}

/** Why scripts cannot require their modules, and the command that installs them; undefined where they are installed. */
export function missingModules(): string | undefined {
  const installed = read('node_modules', '.installed-lock.json')
  if (installed !== undefined && installed === read('package-lock.json')) return undefined
  const found = installed === undefined ? 'are not installed' : 'are those of another version'
  return `The modules that action scripts require ${found}: npm was run without install scripts (--ignore-scripts). Until they are installed, logins by scripts fail. Run: node ${installer}`
}
