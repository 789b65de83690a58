/** The documents of the MongoDB server for tests: filters, changes and order, for the operators that the templates use. */
import { EJSON, ObjectId } from 'bson'

/** A document, as BSON is read. */
export type BsonDocument = Record<string, unknown>

/** A request that the server does not understand, or refuses. */
export class MongoError extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export const bad_value = 2
export const command_not_found = 59
export const duplicate_key = 11_000

const isObject = (value: unknown): value is BsonDocument =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

function requireName(key: string): void {
  if (key.startsWith('$')) throw new MongoError(bad_value, `unknown operator: ${key}`)
}

/** The values at a path: those of each element of a list, unless the path names its place. */
function valuesAt(value: unknown, keys: string[]): unknown[] {
  const [key, ...rest] = keys
  if (key === undefined) return Array.isArray(value) ? [value, ...value] : [value]
  if (Array.isArray(value)) {
    const named = /^\d+$/.test(key) ? valuesAt(value[Number(key)], rest) : []
    return [...named, ...value.filter(isObject).flatMap((element) => valuesAt(element, keys))]
  }
  return isObject(value) && Object.hasOwn(value, key) ? valuesAt(value[key], rest) : [undefined]
}

const form = (value: unknown, ignore_case: boolean): string => {
  const text = EJSON.stringify({ value: value ?? null })
  return ignore_case && typeof value === 'string' ? text.toLowerCase() : text
}

/** Whether a value comes after another one of its own type; values of other types do not. */
function isAfter(value: unknown, other: unknown): boolean {
  if (value instanceof ObjectId && other instanceof ObjectId) return value.toHexString() > other.toHexString()
  if (typeof value === 'string' && typeof other === 'string') return value > other
  return typeof value === 'number' && typeof other === 'number' && value > other
}

function conditionHolds(values: unknown[], operator: string, operand: unknown, ignore_case: boolean): boolean {
  const equals = (each: unknown): boolean =>
    values.some((value) => form(value, ignore_case) === form(each, ignore_case))
  if (operator === '$eq') return equals(operand)
  if (operator === '$in' && Array.isArray(operand)) return operand.some(equals)
  if (operator === '$gt') return values.some((value) => isAfter(value, operand))
  throw new MongoError(bad_value, `unknown operator: ${operator}`)
}

/** Whether a filter finds a document. Knows `$or`, equality, `$eq`, `$in` and `$gt`; refuses any other operator. */
export function matches(document: BsonDocument, filter: BsonDocument, ignore_case: boolean): boolean {
  return Object.entries(filter).every(([key, condition]) => {
    if (key === '$or' && Array.isArray(condition))
      return condition.some((each) => matches(document, each as BsonDocument, ignore_case))
    requireName(key)
    const values = valuesAt(document, key.split('.'))
    const is_operators = isObject(condition) && Object.keys(condition).some((name) => name.startsWith('$'))
    const operators = is_operators ? Object.entries(condition) : [['$eq', condition] as const]
    return operators.every(([operator, operand]) => conditionHolds(values, operator, operand, ignore_case))
  })
}

function setAt(document: BsonDocument, path: string, value: unknown): void {
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let inner: unknown = document
  for (const key of keys) {
    const holder = inner as BsonDocument
    if (Array.isArray(inner) && !/^\d+$/.test(key)) throw new MongoError(28, `Cannot create field '${key}' in an array`)
    holder[key] ??= {}
    inner = holder[key]
    if (typeof inner !== 'object') throw new MongoError(28, `Cannot create a field in ${key}`)
  }
  ;(inner as BsonDocument)[last] = value
}

/** Changes a document by `$set`; refuses any other operator, and a replacement. */
export function change(document: BsonDocument, update: unknown): void {
  if (!isObject(update)) throw new MongoError(bad_value, 'an update with a pipeline is not supported')
  for (const [operator, values] of Object.entries(update)) {
    if (operator !== '$set' || !isObject(values)) throw new MongoError(bad_value, `unknown operator: ${operator}`)
    for (const [path, value] of Object.entries(values)) setAt(document, path, value)
  }
}

/** Orders documents by one field. */
export function inOrder(documents: BsonDocument[], sort: unknown): BsonDocument[] {
  const [field, ...more] = Object.entries((sort ?? {}) as BsonDocument)
  if (field === undefined) return documents
  if (more.length > 0 || field[1] !== 1)
    throw new MongoError(bad_value, 'only an ascending order by one field is supported')
  return documents.toSorted((one, other) => Number(isAfter(one[field[0]], other[field[0]])) * 2 - 1)
}
