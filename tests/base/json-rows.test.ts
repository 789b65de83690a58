import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  first_position,
  readJsonRows,
  RowsMalformed,
  type JsonRow,
  type RowPosition,
} from '../../src/base/json-rows.ts'

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string | Buffer, { size = 7, from = first_position, max = 1000 } = {}): Promise<JsonRow[]> {
  const bytes = Buffer.from(text).subarray(from.offset)
  const rows: JsonRow[] = []
  for await (const row of readJsonRows(pieces(bytes, size), from, max)) rows.push(row)
  return rows
}

const texts = async (text: string | Buffer, options?: { size?: number; from?: RowPosition; max?: number }) =>
  (await read(text, options)).map((row) => row.text?.toString() ?? null)

describe('the rows of a JSON file', () => {
  test('are those of an array or of lines, cut anywhere, from each position on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ maxDepth: 2 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(undefined, 1, '\t'),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        async (values, indent, is_array, size) => {
          const objects = values.map((value) => ({ value }))
          const text = is_array
            ? JSON.stringify(objects, null, indent)
            : objects.map((value) => JSON.stringify(value)).join('\n')
          const rows = await read(text, { size, max: 1e6 })
          assert.deepEqual(
            rows.map((row) => JSON.parse(String(row.text)) as unknown),
            JSON.parse(JSON.stringify(objects)),
          )
          for (const [nth, row] of rows.entries()) {
            const rest = await read(text, { size, from: row.after, max: 1e6 })
            assert.deepEqual(rest, rows.slice(nth + 1), 'with the same lines and positions')
          }
        },
      ),
    )
  })

  test('have the line on which they begin', async () => {
    const rows = await read('\ufeff\n[ {"a":\n1},\n\n"x]", 7 ,[{}]]\n ')
    assert.deepEqual(
      rows.map(({ line, text }) => [line, String(text)]),
      [
        [2, '{"a":\n1}'],
        [5, '"x]"'],
        [5, '7'],
        [5, '[{}]'],
      ],
    )
    assert.deepEqual(
      (await read('\n{}\r\n \n{"a":1}')).map(({ line }) => line),
      [2, 4],
    )
  })

  test('have no text where they are too long, and the next row follows', async () => {
    assert.deepEqual(await texts(`[{"a":"${'x'.repeat(50)}"},{"b":1}]`, { max: 20 }), [null, '{"b":1}'])
    assert.deepEqual(await texts(`{"a":"${'x'.repeat(50)}"}\n{"b":1}`, { max: 20 }), [null, '{"b":1}'])
  })

  for (const [text, message] of [
    ['', /Line 1: the file is empty/],
    ['\n \n', /Line 3: the file is empty/],
    ['email,name', /Line 1: the file must be a JSON array or have a JSON object per line/],
    ['[{}', /cut off/],
    ['[{"a":"', /cut off/],
    ['[{},]', /a row is missing/],
    ['[,{}]', /a row is missing/],
    ['[{}\n{}]', /Line 2: a comma or \] must follow a row/],
    ['[{}]\n[{}]', /Line 2: nothing may follow/],
  ] as const) {
    test(`refuse ${JSON.stringify(text)}`, async () => {
      await assert.rejects(read(text), (error) => error instanceof RowsMalformed && message.test(error.message))
    })
  }
})
