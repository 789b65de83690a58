// `node tools/check-lockfiles.ts` reports the problems of all lockfiles, and ends with status 1 when there are any.
import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { lockfileProblems } from './lockfile-problems.ts'

const root = resolve(import.meta.dirname, '..')
const lockfiles = globSync('**/package-lock.json', { cwd: root, exclude: ['**/node_modules/**', 'data/**'] })
const problems = lockfiles.flatMap((file) =>
  lockfileProblems(resolve(root, file)).map((problem) => `${file}: ${problem}`),
)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
else
  console.log(`${lockfiles.length} lockfiles have a version and a checksum for every package, and no resolved address.`)
