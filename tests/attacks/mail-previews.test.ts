// Who may only read mail templates previews those that cost most: each takes the time of all requests.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { renderHtml } from '../../src/mail/liquid.ts'
import type { Answer } from '../support/requests.ts'
import { startWithAdmin, type Started } from './server-with-admin.ts'

const length = 189_000
const filled = (start: string, piece: string, end: string, of = length): string =>
  start + piece.repeat(Math.floor((of - start.length - end.length) / piece.length)) + end
const repeated = (part: string): string => part.repeat(Math.floor(length / part.length))

const templates: [what: string, body: string][] = [
  ['one tag with 27,000 lines', filled('{% liquid echo 1\n', 'echo 1\n', '%}')],
  ['tags with many lines each', repeated(filled('{% liquid ', 'echo 1\n', '%}', 1000))],
  ['30,000 ranges in one output', filled('{{ 1 ', '(1..2)', ' }}')],
  ['a cycle of many values', filled('{% cycle ', '1, ', '1 %}')],
  ['many cycles of many values', repeated(filled('{% cycle ', '1,', '1 %}', 1000))],
  ['one cycle of 10,000 values', filled('{% cycle ', '1, ', '1 %}', 30_000)],
  ['one when of many values', filled('{% case 1 %}{% when ', '2 or ', '2 %}{% endcase %}')],
  ['a long text in quotes', filled('{{ "}}', '(1..2)', '" | append: (1..2) }}')],
  ['many short outputs', repeated('{{ (1..2)(1..2)(1..2)(1..2)(1..2)(1..2) }}')],
]

/** Milliseconds of the processor that a call takes. */
function workOf(call: () => void): number {
  const before_call = process.threadCpuUsage()
  call()
  const { user, system } = process.threadCpuUsage(before_call)
  return (user + system) / 1000
}

describe('a template of up to 189,000 characters', () => {
  for (const [what, body] of templates) {
    test(`with ${what} is refused before it is parsed [guard: template-parts-bounded]`, () => {
      const ms = workOf(() => assert.throws(() => renderHtml(body, {}), /limit exceeded/))
      assert.ok(ms < 400, `${Math.round(ms)} ms`)
    })
  }

  test('with much text, many outputs and a long condition is rendered', () => {
    const names = Array.from({ length: 60 }, (_, nth) => `a == "${nth}"`).join(' or ')
    const body = `${'<p>text</p>'.repeat(15_000)}{% if ${names} %}b{% endif %}${'{{ a }}, '.repeat(50)}`
    assert.ok(renderHtml(body, { a: '7' }).includes('</p>b7, 7'))
  })
})

describe('a viewer', () => {
  let started: Started
  const tokens: Record<string, string> = {}
  const preview = async (of: string, body: string): Promise<Answer> =>
    await started.admins.api(tokens[of] ?? '', 'POST', 'email-templates/reset_email/preview', { body })

  before(async () => {
    started = await startWithAdmin(true)
    for (const name of ['viewer', 'other']) {
      await started.admins.setUp(`${name}@example.com`)
      await started.setRole(`${name}@example.com`, 'viewer')
      tokens[name] = await started.admins.accessToken(`${name}@example.com`)
    }
  })
  after(() => started?.server.close())

  test('who previews without end is refused, and no other admin [guard: previews-bounded]', async () => {
    const statuses: number[] = []
    for (let nth = 0; nth < 60; nth += 1) statuses.push((await preview('viewer', 'Hello {{ user.email }}')).status)
    assert.equal(statuses[0], 200)
    assert.ok(statuses.includes(429), statuses.join())
    assert.equal((await preview('other', 'Hello')).status, 200)
    started.server.advance(2000)
    assert.equal((await preview('viewer', 'Hello')).status, 200)
  })
})
