import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type as TypeBox } from 'typebox'
import { Type } from '../../src/contract/schema.ts'

/** A schema with the marks that its maker hid, which comparisons do not see. */
function withMarks(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withMarks)
  return Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(value)).map(([name, { value: member, enumerable }]) => [
      enumerable === true ? name : `hidden ${name}`,
      withMarks(member),
    ]),
  )
}

/** What the contract writes with each builder, with options and without. */
const written: Record<keyof typeof Type, (make: typeof Type) => unknown[]> = {
  Array: (make) => [make.Array(make.String()), make.Array(make.Null(), { minItems: 1, maxItems: 3, description: 'd' })],
  Boolean: (make) => [make.Boolean(), make.Boolean({ description: 'd' })],
  Enum: (make) => [make.Enum(['a', 'b']), make.Enum(['a'], { description: 'd' })],
  Integer: (make) => [make.Integer(), make.Integer({ minimum: 0, maximum: 9 })],
  Intersect: (make) => [make.Intersect([make.Object({ a: make.Null() }), make.Object({ b: make.Null() })])],
  Literal: (make) => [make.Literal('a'), make.Literal(1), make.Literal(true), make.Literal('a', { description: 'd' })],
  Null: (make) => [make.Null(), make.Null({ description: 'd' })],
  Number: (make) => [make.Number(), make.Number({ exclusiveMinimum: 0 })],
  Object: (make) => [
    make.Object({}),
    make.Object({ a: make.String() }),
    make.Object({ a: make.Optional(make.String()) }),
    make.Object(
      { a: make.Optional(make.Union([make.String(), make.Null()])), b: make.Unknown() },
      { additionalProperties: false, minProperties: 1, description: 'd' },
    ),
  ],
  Optional: (make) => [make.Optional(make.String({ maxLength: 3 })), make.Optional(make.Object({ a: make.Null() }))],
  Record: (make) => [
    make.Record(make.String(), make.Unknown(), { description: 'd' }),
    make.Record(make.String({ minLength: 1, maxLength: 128 }), make.String({ maxLength: 9 }), { maxProperties: 3 }),
    make.Record(make.String({ pattern: '^[a-z]+$' }), make.Null()),
    make.Record(make.Literal('items'), make.Array(make.Integer())),
  ],
  String: (make) => [make.String(), make.String({ minLength: 1, format: 'date-time', pattern: '^a' })],
  Union: (make) => [make.Union([make.String(), make.Null()]), make.Union([make.Literal('a')], { description: 'd' })],
  Unknown: (make) => [make.Unknown(), make.Unknown({ description: 'd' })],
}

for (const [name, write] of Object.entries(written)) {
  test(`${name} makes the schema that TypeBox makes, with the marks that its types promise`, () => {
    assert.deepEqual(write(Type).map(withMarks), write(TypeBox).map(withMarks))
  })
}

test('what is made optional stays required where it was used before', () => {
  const name = Type.String()
  assert.equal('~optional' in Type.Optional(name) && !('~optional' in name), true)
  assert.deepEqual(Type.Object({ name, nickname: Type.Optional(name) }).required, ['name'])
})
