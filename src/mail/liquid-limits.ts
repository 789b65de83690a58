// The library checks its limits between the parts of a template. These limits hold within a part too: at each filter and each operator.
import type { Liquid } from 'liquidjs'

/** The longest time that a template may take, in milliseconds. */
export const render_max_ms = 50
/** The most characters and items of a value that a filter, an operator or an output reads. */
const value_max = 100_000
/** The most steps of a template, of all filters and operators together that compare each place of one value with another, or repeat one value at each place. */
const steps_max = 20_000_000

/** Of these the work is the sum of the lengths. */
const linear = new Set(['append', 'prepend', 'concat', 'default', '==', '!=', '<', '>', '<=', '>=', 'and', 'or', 'not'])

let ends_at = 0
let steps = 0

/** Begins the time and the steps of a parsed template. Templates are rendered synchronously, one after the other. */
export function startWork(): void {
  ends_at = performance.now() + render_max_ms
  steps = 0
}

/** The characters and items of a value, nested ones too; stops counting beyond the limit. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (!Array.isArray(value)) return 1
  let length = 0
  for (const item of value) {
    length += 1 + lengthOf(item)
    if (length > value_max) break
  }
  return length
}

/** The length of a value. @throws {Error} for a value that is too long */
export function checkLength(value: unknown): number {
  const length = lengthOf(value)
  if (length > value_max) throw new Error(`value limit exceeded: ${value_max} characters or items`)
  return length
}

function checkWork(name: string, value: unknown, others: readonly unknown[]): void {
  if (performance.now() > ends_at) throw new Error(`time limit exceeded: ${render_max_ms} ms`)
  const length = checkLength(value)
  const other_length = others.reduce<number>((sum, other) => sum + checkLength(other), 0)
  if (linear.has(name)) return
  steps += (length + 1) * (other_length + 1)
  if (steps > steps_max) throw new Error(`work limit exceeded: ${steps_max} steps in ${name}`)
}

type Filter = Liquid['filters'][string]
type Run = (this: unknown, value: unknown, ...others: unknown[]) => unknown

/** A filter that refuses to begin where its work has no bound, or the time is over. */
export function boundedFilter(name: string, filter: Filter): Filter {
  const run = (typeof filter === 'function' ? filter : filter.handler) as Run
  const bounded: Run = function (value, ...others) {
    checkWork(name, value, others)
    return run.call(this, value, ...others)
  }
  return typeof filter === 'function' ? bounded : { ...filter, handler: bounded }
}

/** An operator with the same bounds. */
export function boundedOperator<O extends (...operands: never[]) => unknown>(name: string, operator: O): O {
  const bounded = (...operands: Parameters<O>): unknown => {
    checkWork(name, operands[0], operands.slice(1))
    return operator(...operands)
  }
  return bounded as O
}
