// A text of a script is cut before the server masks it: a secret across the place of the cut must not show its beginning.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cut_mark, cutText } from '../../src/base/cut-text.ts'
import { maskHashes } from '../../src/connections/mask-hashes.ts'
import { secretMask } from '../../src/connections/secret-mask.ts'
import { readTriggerAnswer } from '../../src/rules/run-trigger.ts'
import type { ScriptResult } from '../../src/sandbox/script-types.ts'
import { startTestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

const secret = 'Zw9"Qk4/Hd7+Xv2-Tn8'
const mask = secretMask([{ name: 'configuration.KEY', text: secret }], 'Zw9"Qk4 is a text of the script')

describe('the mask of a text that was cut', () => {
  test('leaves no beginning of a secret in any form [guard: cut-secrets-masked]', () => {
    const json = JSON.stringify(secret).slice(1, -1)
    const forms = [secret, json, encodeURIComponent(secret), Buffer.from(secret).toString('base64url')]
    for (const form of [...forms, Buffer.from(secret).toString('hex')]) {
      for (let shown = 1; shown < form.length; shown += 1) {
        const masked = mask(cutText(`user${'_'.repeat(96)}${form}`, 100 + shown))
        const begins = `user${'_'.repeat(96)}`
        const expected = shown < 4 ? begins : `${begins}[configuration.KEY]`
        assert.equal(masked, `${expected}${cut_mark}`, form.slice(0, shown))
        assert.equal(mask(masked), masked)
      }
    }
  })

  test('looks for it at each place of a cut, and nowhere else [guard: cut-secrets-masked]', () => {
    const begun = secret.slice(0, 9)
    assert.equal(
      mask(`a: ${begun}${cut_mark}; b: ${begun}${cut_mark} (line 3)`),
      `a: [configuration.KEY]${cut_mark}; b: [configuration.KEY]${cut_mark} (line 3)`,
    )
    assert.equal(mask(`a: ${begun}`), `a: ${begun}`)
    assert.equal(mask(`the ending …`), 'the ending …')
  })

  test('leaves no beginning of a stored hash [guard: cut-hashes-masked]', () => {
    for (const hash of ['$2b$10$IwHyjLTfw', '5f4dcc3b5aa765d61d83', 'rl0dW3mSVp']) {
      assert.equal(maskHashes(`row: ${hash}${cut_mark} (line 3)`), `row: ${cut_mark} (line 3)`)
    }
  })
})

test('a message of an action that is cut shows no beginning of its secret [guard: cut-messages-marked]', () => {
  const text = `${'_'.repeat(990)}${secret}`
  const values = [{ failures: [{ step: 'a', text }], denied: { step: 'a', code: '', reason: text, message: text } }]
  const result: ScriptResult = {
    kind: 'returned',
    values,
    call_id: 'c',
    duration_ms: 1,
    run_ms: 1,
    egress_failures: [],
  }
  const { failure, denied } = readTriggerAnswer(result, mask)
  for (const shown of [failure?.message, denied?.reason, denied?.message]) {
    assert.equal(shown, `${'_'.repeat(990)}[configuration.KEY]${cut_mark}`)
  }
})

test('lines, errors and warnings of a script show no beginning of a secret that is cut [guard: cut-lines-marked]', async () => {
  const server = await startTestServer()
  const begun = secret.slice(0, 5)
  try {
    const client = await server.createClient()
    const id = await server.createConnection(
      'legacy',
      {
        import_mode: true,
        enabledDatabaseCustomization: true,
        customScripts: {
          login: `function login(email, password, callback) {
            const at = (length) => '_'.repeat(length - 9) + configuration.KEY
            console.log(at(8192))
            if (email.startsWith('late')) setTimeout(() => { throw new Error(at(4096)) })
            else if (email.startsWith('value')) callback(null, { id: 1, email, ['_'.repeat(91) + configuration.KEY]: NaN })
            else callback(new Error(at(4096)))
          }`,
          get_user: 'function getByEmail(email, callback) { callback(null, null) }',
        },
        configuration: { KEY: secret },
      },
      [client],
    )
    for (const name of ['error', 'late', 'value']) await server.login(client, 'legacy', `${name}@legacy.example`, 'x')
    const endOf = (text: string) => text.slice(-100)
    const read = async () =>
      (await server.internals.db.selectFrom('script_logs').select('text').where('script', '=', 'login').execute()).map(
        ({ text }) => text,
      )
    const ended = (text: string) => /^(?:script_error|success|moved|\w+) in \d+ ms/.test(text)
    await waitUntil(async () => (await read()).filter(ended).length >= 3)
    const lines = await read()
    assert.ok(lines.filter((text) => /\[configur[^…]*… \(cut\)/.test(text)).length >= 6, lines.map(endOf).join('\n'))
    assert.ok(lines.some((text) => text.includes(' is NaN')))
    const tried = await server.api('POST', `connections/${id}/scripts/login/try`, {
      arguments: ['error@legacy.example', 'x'],
    })
    const events = await server.internals.db.selectFrom('log_events').selectAll().execute()
    for (const text of [...lines, tried.text, JSON.stringify(events), ...server.lines]) {
      assert.ok(!text.includes(begun) && !text.includes(JSON.stringify(begun).slice(1, -1)), endOf(text))
    }
    assert.match(tried.text, /\[configuration\.KEY\]… \(cut\)/)
  } finally {
    await server.close()
  }
})
