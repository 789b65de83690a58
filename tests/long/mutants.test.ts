// Removes each guard in a copy of the project, runs the tests that name it, and expects them to fail.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Mutant } from '../mutants/mutant.ts'
import { allMutants, casesWithoutGuard, registryErrors, withoutGuard } from '../mutants/registry.ts'
import { copyProject } from '../support/copy-project.ts'
import { startMariadb, startPostgres } from '../support/servers.ts'

const limit_ms = 300_000
const mutants = await allMutants()

/** Runs the tests of a file that name the guard, and answers their output. */
async function runTests(copy: string, guard: string, file: string): Promise<string> {
  const args = ['--test', '--test-force-exit', '--test-reporter=tap', `--test-name-pattern=\\[guard: ${guard}\\]`, file]
  // Where it is set, as by `node --test`, the tests of the file are skipped.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined }
  const child = spawn(process.execPath, args, { cwd: copy, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const timer = setTimeout(() => killGroup(child.pid), limit_ms)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  await once(child, 'close')
  clearTimeout(timer)
  killGroup(child.pid)
  return output
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // No process is left in the group.
  }
}

/** Whether a test that names the guard failed, and not only the file, as when it cannot be loaded. */
function hasFailed(output: string, guard: string): boolean {
  return output.split('\n').some((line) => /^\s*not ok /.test(line) && line.includes(`[guard: ${guard}]`))
}

async function isDetected(copy: string, mutant: Mutant): Promise<void> {
  const file = join(copy, mutant.file)
  const replaceFile = (source: string | Buffer): void => {
    rmSync(file) // A hard link would write to the original.
    writeFileSync(file, source)
  }
  const original = readFileSync(file)
  replaceFile(withoutGuard(mutant))
  try {
    for (const tests of mutant.tests) {
      const output = await runTests(copy, mutant.guard, tests)
      assert.ok(hasFailed(output, mutant.guard), `${tests} passes without the guard in ${mutant.file}:\n${output}`)
    }
  } finally {
    replaceFile(original)
  }
}

describe('mutants', { concurrency: availableParallelism() }, () => {
  const copies: string[] = []
  const servers: { stop(): Promise<void> }[] = []

  before(async () => {
    for (const server of await Promise.all([startPostgres(), startMariadb()])) {
      servers.push(server)
      Object.assign(process.env, server.environment)
    }
    for (let nth = 0; nth < availableParallelism(); nth += 1) copies.push(copyProject())
  })
  after(async () => await Promise.all(servers.map((server) => server.stop())))

  test('each mutant can be made and has a test; each case has a guard', () => {
    assert.deepEqual(registryErrors(mutants), [])
    assert.deepEqual(casesWithoutGuard(mutants), [])
  })

  for (const mutant of mutants) {
    test(`without the guard ${mutant.guard} its tests fail`, async () => {
      const copy = copies.pop()
      assert.ok(copy)
      try {
        await isDetected(copy, mutant)
      } finally {
        copies.push(copy)
      }
    })
  }
})
