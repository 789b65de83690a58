// Random JSON for fuzzing, from a seed, so that a finding can be repeated.
import type { JsonSchema } from './json-schema.ts'

/** A source of random choices, the same for the same seed. */
export type Dice = {
  /** A number from 0 to below `limit`. */
  below(limit: number): number
  pick<T>(choices: readonly T[]): T
  /** True in `percent` of all cases. */
  chance(percent: number): boolean
}

/** Starts dice (mulberry32) at `seed`. */
export function diceFrom(seed: number): Dice {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    pick: (choices) => choices[below(choices.length)]!,
    chance: (percent) => below(100) < percent,
  }
}

const odd_texts = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\uD800',
  '😀'.repeat(64),
  'é'.normalize('NFD'),
  '%00',
  '../../etc/passwd',
  "' or 1=1 --",
  '"; drop table users; --',
  '${7*7}',
  '<script>alert(1)</script>',
  'x'.repeat(300),
  'x'.repeat(70_000),
  '[',
  '(a:b',
  'email:"unclosed',
  '*',
  '\\',
  '_exists_:',
  'a@b@c',
  'ada@legacy.example',
  '0x10',
  '-1',
  '1e400',
  'null',
  'true',
  '\r\nX-Injected: yes',
  '\u202Egnp.exe',
]

const odd_numbers = [0, -0, -1, 1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21, 1e308, 100, 101, 65_536]

/** Answers any JSON value, mostly an unusual one. `depth` bounds the nesting. */
export function anyValue(dice: Dice, depth = 3): unknown {
  switch (dice.below(depth > 0 ? 8 : 5)) {
    case 0:
      return null
    case 1:
      return dice.chance(50)
    case 2:
      return dice.pick(odd_numbers)
    case 3:
    case 4:
      return dice.pick(odd_texts)
    case 5:
      return Array.from({ length: dice.below(5) }, () => anyValue(dice, depth - 1))
    case 6:
      return deep(dice.below(60))
    default:
      return Object.fromEntries(Array.from({ length: dice.below(4) }, () => [oddName(dice), anyValue(dice, depth - 1)]))
  }
}

/** Answers a value of `schema` in which each part is replaced by an unusual value with a probability of `oddness` percent. */
export function valueFor(schema: JsonSchema, dice: Dice, oddness: number, depth = 4): unknown {
  if (depth === 0 || dice.chance(oddness)) return anyValue(dice, 2)
  if (schema.enum !== undefined) return dice.pick(schema.enum)
  if (schema.const !== undefined) return schema.const
  if (schema.anyOf !== undefined) return valueFor(dice.pick(schema.anyOf), dice, oddness, depth - 1)
  if (schema.properties !== undefined || schema.type === 'object') return objectFor(schema, dice, oddness, depth)
  switch (Array.isArray(schema.type) ? dice.pick(schema.type) : schema.type) {
    case 'array':
      return Array.from({ length: dice.below(4) }, () => itemFor(schema, dice, oddness, depth))
    case 'boolean':
      return dice.chance(50)
    case 'integer':
    case 'number':
      return dice.chance(oddness * 2) ? dice.pick(odd_numbers) : 1 + dice.below(50)
    case 'null':
      return null
    case 'string':
      return dice.chance(oddness * 2) ? dice.pick(odd_texts) : textFor(schema, dice)
    default:
      return anyValue(dice, 2)
  }
}

function textFor({ pattern, minLength = 0 }: JsonSchema, dice: Dice): string {
  const fresh = dice.below(1_000_000).toString(36)
  const likely = [
    `a${fresh}`,
    `${fresh}@legacy.example`,
    `https://${fresh}.example/`,
    '127.0.0.1:5432',
    '+49301234567',
    'moving',
    'auth0',
  ]
  const fitting = likely.filter(
    (text) => text.length >= minLength && (pattern === undefined || new RegExp(pattern, 'u').test(text)),
  )
  return fitting.length > 0 ? dice.pick(fitting) : 'x'.repeat(minLength)
}

function objectFor(schema: JsonSchema, dice: Dice, oddness: number, depth: number): unknown {
  const members = Object.entries(schema.properties ?? {}).filter(([name]) =>
    dice.chance((schema.required ?? []).includes(name) ? 100 - oddness : 15),
  )
  const made = Object.fromEntries(members.map(([name, member]) => [name, valueFor(member, dice, oddness, depth - 1)]))
  return dice.chance(oddness) ? { ...made, [oddName(dice)]: anyValue(dice, 1) } : made
}

function itemFor(schema: JsonSchema, dice: Dice, oddness: number, depth: number): unknown {
  const { items } = schema
  return items === undefined || Array.isArray(items) ? anyValue(dice, 1) : valueFor(items, dice, oddness, depth - 1)
}

function oddName(dice: Dice): string {
  return dice.pick(['__proto__', 'constructor', 'prototype', 'toString', '', '$where', 'a.b', 'a\u0000', 'email', 'id'])
}

function deep(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value }
  return value
}
