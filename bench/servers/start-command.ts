// How a checkout of the product starts its server.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The root of the checkout that this file belongs to. */
export const own_root = join(import.meta.dirname, '../..')

/** What `npm start` of a checkout runs: flags for Node, the file, and its arguments. */
export function startCommand(root: string): { node_flags: string[]; file: string; args: string[] } {
  const text = readFileSync(join(root, 'package.json'), 'utf8')
  const { start } = (JSON.parse(text) as { scripts: { start: string } }).scripts
  const words = start.split(' ')
  // Before it may stand words of the shell.
  words.splice(0, words.indexOf('node') + 1)
  const file_index = words.findIndex((word) => !word.startsWith('-'))
  return {
    node_flags: words.slice(0, file_index),
    file: join(root, words[file_index] ?? ''),
    args: words.slice(file_index + 1),
  }
}
