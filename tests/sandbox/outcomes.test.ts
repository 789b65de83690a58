import { randomUUID } from 'node:crypto'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScriptResult } from '../../src/sandbox/script-types.ts'
import { openTestRuntime, quick_limits } from './test-runtime.ts'

const runtime = openTestRuntime()

/** The outcome without the members that every result has, and without the place of an error. */
function bare({ call_id, duration_ms, run_ms, egress_failures, ...outcome }: ScriptResult) {
  assert.match(call_id, /^[\w-]{16}$/)
  assert.ok(run_ms <= duration_ms)
  assert.ok(duration_ms >= 0)
  assert.deepEqual(egress_failures, [])
  if (outcome.kind !== 'failed') return outcome
  const { line: _line, column: _column, ...error } = outcome.error
  return { ...outcome, error }
}

async function outcome(source: string, given = {}) {
  return bare(await runtime.run(source, given))
}

test('a script gets its arguments in order and its callback last', async () => {
  const source = `function login(email, password, callback) { callback(null, { email, password }) }`
  assert.deepEqual(await outcome(source, { args: ['a@b.example', '🔑 pass'] }), {
    kind: 'returned',
    values: [{ email: 'a@b.example', password: '🔑 pass' }],
  })
})

test('a context goes between the arguments and the callback', async () => {
  const source = `function login(email, password, context, callback) { callback(null, context.identifierType) }`
  assert.equal(await runtime.value(source, { args: ['a', 'b'], context: { identifierType: 'email' } }), 'email')
})

test('callback() and callback(null) return no value, callback(null, null) returns null', async () => {
  assert.deepEqual(await outcome('(cb) => cb()'), { kind: 'returned', values: [] })
  assert.deepEqual(await outcome('(cb) => cb(null)'), { kind: 'returned', values: [] })
  assert.deepEqual(await outcome('(cb) => cb(undefined, null)'), { kind: 'returned', values: [null] })
  assert.deepEqual(await outcome('(cb) => cb(null, 1, "two")'), { kind: 'returned', values: [1, 'two'] })
})

test('the helper errors keep their name, code, message and first argument', async () => {
  assert.deepEqual(await outcome('(cb) => cb(new WrongUsernameOrPasswordError("u7", "Wrong!"))'), {
    kind: 'failed',
    error: { name: 'WrongUsernameOrPasswordError', message: 'Wrong!', code: 'invalid_user_password', args: ['u7'] },
  })
  const unknown = await outcome('(cb) => cb(new WrongUsernameOrPasswordError())')
  assert.deepEqual(unknown.kind === 'failed' && unknown.error.args, [null])
  assert.deepEqual(await outcome('(cb) => cb(new ValidationError("user_exists", "Taken"))'), {
    kind: 'failed',
    error: { name: 'ValidationError', message: 'Taken', code: 'user_exists', args: ['user_exists'] },
  })
  assert.deepEqual(await outcome('(cb) => cb(new UnauthorizedError("Locked out"))'), {
    kind: 'failed',
    error: { name: 'UnauthorizedError', message: 'Locked out', code: 'unauthorized' },
  })
})

test('a string, a plain object and a driver error serve as errors too', async () => {
  assert.deepEqual(await outcome('(cb) => cb("no such host")'), {
    kind: 'failed',
    error: { name: 'Error', message: 'no such host' },
  })
  const plain = await outcome('(cb) => cb({ statusCode: 503, reason: "down" })')
  assert.ok(plain.kind === 'failed')
  assert.equal(plain.error.status, 503)
  assert.match(plain.error.message, /down/)
  const nested = await outcome(`(cb) => {
    const cause = Object.assign(new Error('x'), { code: 'ECONNRESET' })
    cb(new Error('fetch failed', { cause: new Error('between', { cause }) }))
  }`)
  assert.equal(nested.kind === 'failed' && nested.error.cause_code, 'ECONNRESET')
  const answered = await outcome(
    `(cb) => cb(Object.assign(new Error('Request failed'), { response: { status: 401 } }))`,
  )
  assert.equal(answered.kind === 'failed' && answered.error.status, 401)
})

test('a throw, a rejection and an exception in a timer or an event answer the call', async () => {
  for (const source of [
    '(cb) => { throw new Error("here") }',
    'async (cb) => { throw new Error("here") }',
    '(cb) => { setTimeout(() => { throw new Error("here") }, 5) }',
    '(cb) => { Promise.resolve().then(() => { throw new Error("here") }) }',
    '(cb) => { setImmediate(() => new (require("events"))().emit("error", new Error("here"))) }',
    '(cb) => { process.nextTick(() => { throw new Error("here") }) }',
  ]) {
    const result = await runtime.run(source)
    assert.deepEqual(bare(result), { kind: 'failed', error: { name: 'Error', message: 'here' } }, source)
    const place = result.kind === 'failed' ? [result.error.line, result.error.column] : []
    assert.deepEqual(place, [1, source.indexOf('new Error') + 1], source)
  }
})

test('the first answer counts; later answers and errors are only logged', async () => {
  assert.deepEqual(await outcome('(cb) => { cb(null, 1); cb(null, 2) }'), { kind: 'returned', values: [1] })
  assert.deepEqual(await outcome('(cb) => { cb(null, 1); throw new Error("late") }'), { kind: 'returned', values: [1] })
  assert.deepEqual(await outcome('(cb) => { cb(null, 1); setTimeout(() => { throw new Error("later") }, 5) }'), {
    kind: 'returned',
    values: [1],
  })
  assert.equal(await runtime.value('(cb) => setTimeout(() => cb(null, "fine"), 50)'), 'fine')
  const texts = runtime.log.map((line) => line.text).join('\n')
  assert.match(texts, /called again/)
  assert.match(texts, /thrown after the answer: Error: late/)
  assert.match(texts, /uncaught: Error: later/)
})

test('source that cannot be read is a syntax error, one that is no function has no function, a function that throws has failed', async () => {
  assert.equal((await outcome('function login(cb) {')).kind, 'syntax_error')
  assert.equal((await outcome('42')).kind, 'no_function')
  assert.equal((await outcome('')).kind, 'no_function')
  assert.equal((await outcome('(cb) => cb(undefinedName)')).kind, 'failed')
})

test('the function may be anonymous, named, async, commented, or compiled', async () => {
  for (const source of [
    'function (cb) { cb(null, "ok") }',
    'async function anything(cb) { cb(null, "ok") }',
    'function login(cb) { cb(null, "ok") }; // the end',
    'function login(cb) { cb(null, "ok") }\n// the end',
    '/* first */ (cb) => cb(null, "ok") /* last */',
    '"use strict";\nfunction helper() { return "ok" }\nfunction login(cb) { cb(null, helper()) }',
    'var __awaiter = function () { return "ok" };\nfunction login(cb) { cb(null, __awaiter()) }\n',
    'const login = (cb) => cb(null, "ok");',
    'module.exports = function (cb) { cb(null, "ok") }',
  ]) {
    assert.equal(await runtime.value(source), 'ok', source)
  }
})

test('a function without a callback answers with the value of its promise', async () => {
  assert.equal(await runtime.value('async () => "given back"'), 'given back')
  assert.equal(await runtime.value('async (cb) => { setTimeout(() => cb(null, "called"), 20) }'), 'called')
})

test('results become plain JSON: dates as text, no functions, no keys that reach prototypes', async () => {
  const source = `(cb) => cb(null, {
    at: new Date(0), f() {}, u: undefined, n: NaN, b: Buffer.from('ab'),
    deep: JSON.parse('{"__proto__": {"admin": true}, "constructor": {"prototype": 1}, "kept": 1}'),
  })`
  const value = await runtime.value(source)
  assert.deepEqual(value, {
    at: '1970-01-01T00:00:00.000Z',
    n: null,
    b: { type: 'Buffer', data: [97, 98] },
    deep: { kept: 1 },
  })
  assert.equal(Reflect.get(Object.assign({}, value), 'admin'), undefined)
})

test('a BigInt is its number or, where a number is not exact, its digits; bytes have the form of a Buffer', async () => {
  const value = await runtime.value(
    '(cb) => cb(null, { id: 7n, low: -7n, exact: 9007199254740991n, large: 9007199254740993n, bytes: new Uint8Array([1, 2]).subarray(1) })',
  )
  assert.deepEqual(value, {
    id: 7,
    low: -7,
    exact: 9_007_199_254_740_991,
    large: '9007199254740993',
    bytes: { type: 'Buffer', data: [2] },
  })
})

test('a result that is cyclic, too deep or too large is refused with the reason', async () => {
  const cases = {
    cyclic: '(cb) => { const a = {}; a.a = a; cb(null, a) }',
    deeper: '(cb) => { let a = {}; for (let i = 0; i < 100; i++) a = { a }; cb(null, a) }',
    larger: '(cb) => cb(null, "x".repeat(300 * 1024))',
    'cannot be written': '(cb) => cb(null, { toJSON() { throw new Error("no") } })',
  }
  for (const [reason, source] of Object.entries(cases)) {
    const result = await outcome(source)
    assert.ok(result.kind === 'bad_result', `${reason}: ${JSON.stringify(result)}`)
    assert.match(result.message, new RegExp(reason))
  }
})

test('a mistake in a script is logged with its line, as the author counts; an error for the caller is not', async () => {
  const from = runtime.log.length
  await runtime.run('function login(callback) {\n  const user = undefined\n  callback(null, user.id)\n}')
  await runtime.run("function login(callback) { throw new Error('the store is closed') }")
  const lines = runtime.log.slice(from).map(({ level, text }) => `${level}: ${text}`)
  assert.deepEqual(lines, ["error: TypeError: Cannot read properties of undefined (reading 'id') (line 3, column 23)"])
})

test('configuration belongs to the call, is read-only, and is in no environment', async () => {
  const source = `async (cb) => {
    const before = configuration.KEY
    await new Promise((resolve) => setTimeout(resolve, 30))
    try { configuration.KEY = 'changed' } catch {}
    cb(null, [before, configuration.KEY, global.configuration.KEY, process.env.KEY ?? null, process.argv.join(' ').includes(before)])
  }`
  const keys = Array.from({ length: 3 }, () => randomUUID())
  const answers = await Promise.all(keys.map((KEY) => runtime.value(source, { configuration: { KEY } })))
  assert.deepEqual(
    answers,
    keys.map((key) => [key, key, key, null, false]),
  )
})

test('global is kept between calls of one unit and not shared with another', async () => {
  const source = '(cb) => cb(null, (global.count = (global.count ?? 0) + 1))'
  assert.equal(await runtime.value(source, { unit: 'left' }), 1)
  assert.equal(await runtime.value(source, { unit: 'left' }), 2)
  assert.equal(await runtime.value(source, { unit: 'right' }), 1)
  runtime.recycle('left')
  assert.equal(await runtime.value(source, { unit: 'left' }), 1)
})

test('console goes to the script log, labelled with its call, formatted, levelled and cut', async () => {
  const from = runtime.log.length
  const source = `async (n, cb) => {
    await new Promise((resolve) => setTimeout(resolve, 20 - n))
    console.log('hello %s', n, { a: 1 })
    console.error(new Error('bad'))
    console.warn('w'.repeat(20000))
    cb(null, n)
  }`
  await Promise.all([1, 2].map((n) => runtime.value(source, { unit: 'talk', script: 'get_user', args: [n] })))
  const lines = runtime.log.slice(from)
  assert.equal(lines.length, 6)
  assert.equal(new Set(lines.map((line) => line.call_id)).size, 2)
  for (const line of lines) {
    assert.equal(line.unit.unit_id, 'talk')
    assert.equal(line.script, 'get_user')
    assert.ok(Math.abs(line.at - Date.now()) < 60_000)
    assert.ok(line.text.length < 8_300)
  }
  for (const n of [1, 2]) {
    const first = lines.find((line) => line.text.startsWith(`hello ${n}`))
    const own = lines.filter((line) => line.call_id === first?.call_id)
    assert.deepEqual(
      own.map((line) => line.level),
      ['log', 'error', 'warn'],
    )
    assert.match(own[0]!.text, /\{ a: 1 \}/)
  }
})

test('a call that logs without end is cut off, with a note', async () => {
  const from = runtime.log.length
  assert.equal(
    await runtime.value('(cb) => { for (let i = 0; i < 5000; i++) console.log(i); cb(null, "done") }'),
    'done',
  )
  const lines = runtime.log.slice(from)
  assert.equal(lines.length, 101)
  assert.match(lines.at(-1)!.text, /not logged/)
})

test('a call past its deadline is abandoned: its late answer is ignored and its process kept', async () => {
  const limits = { ...quick_limits, deadline_ms: 300 }
  const unit = 'slow'
  await runtime.value('(cb) => { global.mark = "same process"; cb(null, 1) }', { unit })
  const result = await runtime.run('(cb) => setTimeout(() => cb(null, "late"), 600)', { unit, limits })
  assert.equal(result.kind, 'timed_out')
  assert.ok(result.duration_ms >= 295 && result.duration_ms < 3_000, String(result.duration_ms))
  assert.equal(await runtime.value('(cb) => setTimeout(() => cb(null, global.mark), 500)', { unit }), 'same process')
})

test('close answers pending calls at once that they were not run, and rejects later ones', async () => {
  const own = openTestRuntime()
  const pending = own.run('(cb) => {}')
  await own.value('(cb) => cb(null, 1)', { unit: 'other' })
  await own.close()
  const { call_id: _, duration_ms, ...result } = await pending
  assert.deepEqual(
    { kind: result.kind, reason: 'reason' in result && result.reason },
    { kind: 'saturated', reason: 'the server is stopping' },
  )
  await assert.rejects(own.run('(cb) => cb()'), /closed/)
})
