/** Scripts that write lines of the protocol between the server and their process. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { default_limits } from '../../src/sandbox/limits.ts'
import { openTestRuntime } from './test-runtime.ts'

const runtime = openTestRuntime()
const say = `const say = (text) => Deno.stdout.writeSync(new TextEncoder().encode(text))`

for (const line of [
  '{"t":"ready"}',
  '{"t":"started","id":"ID"}',
  '{"t":"yielded","id":"ID"}',
  '{"t":"answer","id":"ID","kind":"none"}',
  '{"t":"answer","id":"another","kind":"returned","values":[]}',
  '{"t":"pong","n":1}',
  '{"t":"log","id":"ID","level":"log","text":"x"}',
  '{"t":"names","n":1,"name":"localhost","type":"SRV"}',
  '{"t":"fatal","message":"x"}',
  '{"t":"ending","id":"none","what":"process.exit"}',
]) {
  test(`a script that floods its output with ${line} ends its own process only [guard: protocol-lines-counted]`, async () => {
    const unit = `flood ${line}`
    const source = `(cb) => {
      ${say}
      const write = Deno.stdout.writeSync.bind(Deno.stdout)
      let id = 'none'
      const flood = () => { for (let n = 0; n < 500; n += 1) say(${JSON.stringify(`${line}\n`)}.replace('ID', id).repeat(50)) }
      Deno.stdout.writeSync = (bytes) => {
        id = /"started","id":"([^"]+)"/.exec(new TextDecoder().decode(bytes))?.[1] ?? id
        return write(bytes)
      }
      setTimeout(() => { flood(); cb(null, 'flooded') }, 20)
    }`
    const result = await runtime.run(source, { unit })
    assert.ok(result.kind === 'crashed', JSON.stringify(result))
    assert.match(result.reason, /lines of output/)
    assert.equal(await runtime.value('(cb) => cb(null, 1)', { unit }), 1)
    runtime.recycle(unit)
  })
}

test('a script that opens connections without end ends its own process only [guard: connections-counted]', async () => {
  const source = `async (cb) => {
    const path = process.argv.at(-1)
    for (let n = 0; n < 20_000; n += 1) {
      // The socket refuses connections while the server is busy.
      const connection = await Deno.connect({ transport: 'unix', path }).catch(() => undefined)
      if (connection) connection.close()
      else await new Promise((resolve) => setTimeout(resolve, 5))
    }
    cb(null, 'opened')
  }`
  const result = await runtime.run(source, { unit: 'connections' })
  assert.ok(result.kind === 'crashed', JSON.stringify(result))
  assert.match(result.reason, /opened more than \d+ connections/)
})

/** Finds the id of its own call in a line that the runner writes for a later one. */
const findOwnId = `
  ${say}
  const write = Deno.stdout.writeSync.bind(Deno.stdout)
  let own
  Deno.stdout.writeSync = (bytes) => {
    own ??= /"yielded","id":"([^"]+)"/.exec(new TextDecoder().decode(bytes))?.[1]
    return write(bytes)
  }`

test('a script cannot extend its deadline by reporting its start again [guard: protocol-line-due]', async () => {
  const source = `(cb) => { ${findOwnId}; setInterval(() => say(JSON.stringify({ t: 'started', id: own }) + '\\n'), 50) }`
  const limits = { ...default_limits, deadline_ms: 500 }
  const ended = await Promise.race([runtime.run(source, { unit: 'again', limits }), sleep(20_000, undefined)])
  assert.equal(ended?.kind, 'timed_out')
})

test('a replaced process that reports to be ready still ends after its last call [guard: protocol-line-due]', async () => {
  const source = `(cb) => {
    ${say}
    console.log('runs')
    setInterval(() => say('{"t":"ready"}\\n'), 20)
    setTimeout(() => cb(null, 'answered'), 600)
  }`
  const answer = runtime.value(source, { unit: 'drained' })
  while (!runtime.log.some((line) => line.unit.unit_id === 'drained')) await sleep(10)
  const processes = () => runtime.usage().find(({ unit_id }) => unit_id === 'drained')?.processes
  assert.equal(processes(), 1)
  runtime.recycle('drained')
  assert.equal(await answer, 'answered')
  for (let round = 0; processes() !== 0 && round < 200; round += 1) await sleep(50)
  assert.equal(processes(), 0)
})

test('a long line that is no answer is not parsed, and a log line of the usual size is [guard: protocol-line-length]', async () => {
  const source = `(cb) => {
    ${say}
    for (const length of [200_000, 8_000]) say(JSON.stringify({ t: 'log', id: 'none', level: 'log', text: 'y'.repeat(length) }) + '\\n')
    cb(null, 1)
  }`
  await runtime.value(source, { unit: 'long' })
  const lines = runtime.log.filter((line) => line.unit.unit_id === 'long').map(({ text }) => text.length)
  assert.deepEqual(lines, [8_000])
})
