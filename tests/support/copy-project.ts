import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { tempFolder } from './temp-folder.ts'

const root = resolve(import.meta.dirname, '../..')

/** Copies the files of the project that git knows or would add into an empty folder. The dependencies are hard links. */
export function copyProject(): string {
  const copy = tempFolder('project')
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  execFileSync('cp', ['--parents', '--target-directory', copy, ...files.toString().split('\0').filter(Boolean)], {
    cwd: root,
  })
  for (const folder of ['.', 'sandbox-runtime', 'tools/runtime']) {
    execFileSync('cp', ['-al', join(root, folder, 'node_modules'), join(copy, folder)])
  }
  return copy
}
