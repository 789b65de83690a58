/** Of the functions that a source declares, the script's own one is run. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTestRuntime } from './test-runtime.ts'

const runtime = openTestRuntime()

async function called(script: string, source: string, args: string[]): Promise<unknown> {
  return await runtime.value(source, { script, args, unit: `${script}${source.length}` })
}

const chosen: [what: string, script: string, source: string, args: string[]][] = [
  [
    'the one with the name of the script, before a helper with as many parameters',
    'login',
    `function login(email, password, callback) { callback(null, 'right') }
     function hash(salt, text, callback) { callback(null, 'the helper') }`,
    ['a', 'b'],
  ],
  [
    'the one with a usual name of the script',
    'get_user',
    `async function getUser(email, callback) { callback(null, 'right') }
     const query = (text, callback) => callback(null, 'the helper')`,
    ['a'],
  ],
  [
    'the one with as many parameters as the script gets arguments',
    'login',
    `function myDatabaseLogin(email, password, callback) { callback(null, 'right') }
     function toProfile(row) { return row }`,
    ['a', 'b'],
  ],
  [
    'a function that takes the context, where it is given',
    'login',
    `const signIn = async (email, password, context, callback) => callback(null, 'right')
     function check(one, two, three) { three(null, 'the helper') }`,
    ['a', 'b', 'context'],
  ],
  [
    'no module that the source requires',
    'login',
    `function signIn(email, password, callback) { callback(null, 'right') }
     const request = require('request')`,
    ['a', 'b'],
  ],
  [
    'no function inside another one, or in a comment or text',
    'login',
    `const text = \`
function login(a, b, callback) { callback(null, 'in a text') }\`
     /*
function login() {} */
     function start(email, password, callback) {
       function login(a, b, c) { return 'inner' }
       callback(null, 'right')
     }
     function later(row) {}`,
    ['a', 'b'],
  ],
  [
    'what the source exports, before all others',
    'login',
    `function login(email, password, callback) { callback(null, 'not exported') }
     function signIn(email, password, callback) { callback(null, 'right') }
     module.exports = signIn`,
    ['a', 'b'],
  ],
  [
    'the default export of compiled TypeScript',
    'login',
    `"use strict";
     Object.defineProperty(exports, "__esModule", { value: true });
     exports.default = signIn;
     async function signIn(email, password, callback) { callback(null, 'right') }
     function helper(a, b, c) {}`,
    ['a', 'b'],
  ],
  [
    'the last one, where nothing else decides',
    'login',
    `const one = (...all) => all.at(-1)(null, 'the first')
     const two = (...all) => all.at(-1)(null, 'right')`,
    ['a', 'b'],
  ],
]

describe('of several functions the sandbox runs [guard: right-function-of-several]', () => {
  for (const [what, script, source, args] of chosen) {
    test(what, async () => assert.equal(await called(script, source, args), 'right'))
  }
})

test('a syntax error names its line when the script runs', async () => {
  const result = await runtime.run('function login(email, password, callback) {\n  callback(null, )\n}\n}', {
    unit: 'x',
  })
  assert.deepEqual(result.kind === 'syntax_error' && [result.line, result.column, result.message], [
    4,
    1,
    'Unexpected token',
  ])
})
