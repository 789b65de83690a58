/** Expressions of T-SQL on rows: each is compiled to its type and a function that computes its value. */
import {
  aggregate,
  coalesce,
  type Compiled,
  type Environment,
  functions,
  likePattern,
  type Scope,
  type Session,
} from './functions.ts'
import { columnAt, type Table, type Typed } from './tables.ts'
import { type Expression, nameOf, type Select, unsupported } from './syntax.ts'
import { compare, convert, higher, isText, SqlServerError, type SqlType, type SqlValue, typeOf } from './values.ts'

/** What expressions refer to besides rows. */
export type EvaluationDeps = {
  parameters: Map<string, Typed>
  session: Session
  /** The rows of a query within an expression. */
  runSelect: (select: Select, scope: Scope) => { columns: Compiled[]; rows: (environment: Environment) => SqlValue[][] }
}

const condition: SqlType = { name: 'bit' }
const text: SqlType = { name: 'nvarchar' }
const int: SqlType = { name: 'int' }
const truth = (value: boolean | null): SqlValue => (value === null ? null : value ? 1 : 0)
const is = (value: SqlValue): boolean | null => (value === null ? null : value !== 0)

/** Whether a condition holds for the rows. */
export const holds = (compiled: Compiled, environment: Environment): boolean => compiled.value(environment) === 1

const comparisons: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
}

function column({ table, column: given }: Expression, scope: Scope): Compiled {
  const name = nameOf(given)
  const found: { depth: number; source: number; index: number }[] = []
  for (let current: Scope | undefined = scope, depth = 0; current; current = current.outer, depth += 1) {
    for (const [source, { alias, table: of_source }] of current.sources.entries()) {
      if (table && alias.toLowerCase() !== table.toLowerCase()) continue
      const index = of_source.columns.findIndex((each) => each.name.toLowerCase() === name.toLowerCase())
      if (index >= 0) found.push({ depth, source, index })
    }
    if (found.length > 0) break
  }
  const [place, second] = found
  if (place === undefined) throw new SqlServerError(207, `Invalid column name '${name}'.`)
  if (second !== undefined) throw new SqlServerError(209, `Ambiguous column name '${name}'.`)
  const { depth, source, index } = place
  let owner: Scope | undefined = scope
  for (let level = 0; level < depth; level += 1) owner = owner?.outer
  return {
    name,
    type: owner?.sources[source]?.table.columns[index]?.type ?? text,
    value(environment) {
      let current: Environment | undefined = environment
      for (let level = 0; level < depth; level += 1) current = current?.outer
      return current?.rows[source]?.[index] ?? null
    },
  }
}

/** Compiles expressions in the scope of a query. @throws SqlServerError */
export function compiler(scope: Scope, deps: EvaluationDeps): (expression: Expression) => Compiled {
  const list = (expression: unknown): Expression[] => {
    const { value } = (expression ?? {}) as Expression
    return Array.isArray(value) ? (value as Expression[]) : []
  }

  function part(expression: Expression | null | undefined): Compiled {
    if (!expression) throw unsupported('an expression without one of its parts')
    return compile(expression)
  }

  function query(select: Select): Compiled {
    const { columns, rows } = deps.runSelect(select, scope)
    const [first] = columns
    if (first === undefined || columns.length > 1)
      throw new SqlServerError(116, 'Only one expression can be specified.')
    return {
      type: first.type,
      value(environment) {
        const found = rows(environment)
        if (found.length > 1) throw new SqlServerError(512, 'Subquery returned more than 1 value.')
        return found[0]?.[0] ?? null
      },
    }
  }

  function comparison(operator: string, left: Compiled, right: Compiled): Compiled {
    const decide = comparisons[operator]
    if (decide === undefined) throw unsupported(`the operator ${operator}`)
    return {
      type: condition,
      value(environment) {
        const order = compare(left.value(environment), left.type.name, right.value(environment), right.type.name)
        return truth(order === null ? null : decide(order))
      },
    }
  }

  function membership(left: Compiled, expression: Expression): Compiled {
    const items = list(expression)
    const select = items[0]?.ast ?? expression.ast
    const found = select && deps.runSelect(select, scope)
    const constants = select ? [] : items.map(compile)
    return {
      type: condition,
      value(environment) {
        const value = left.value(environment)
        const candidates: [SqlValue, SqlType][] = found
          ? found.rows(environment).map((row) => [row[0] ?? null, found.columns[0]?.type ?? text])
          : constants.map((each) => [each.value(environment), each.type])
        const orders = candidates.map(([each, type]) => compare(value, left.type.name, each, type.name))
        return orders.includes(0) ? 1 : orders.includes(null) ? null : 0
      },
    }
  }

  function binary({ operator = '', left: given_left, right: given_right }: Expression): Compiled {
    const left = part(given_left)
    const negated = operator.startsWith('NOT ')
    const not = (compiled: Compiled): Compiled => ({
      type: condition,
      value(environment) {
        const value = is(compiled.value(environment))
        return truth(value === null ? null : value !== negated)
      },
    })
    switch (operator.replace(/^NOT /, '')) {
      case 'AND':
      case 'OR': {
        const right = part(given_right)
        const decisive = operator === 'OR'
        return {
          type: condition,
          value(environment) {
            const one = is(left.value(environment))
            if (one === decisive) return truth(one)
            const other = is(right.value(environment))
            return truth(other === decisive ? other : one === null || other === null ? null : !decisive)
          },
        }
      }
      case 'IS':
        if (given_right?.type !== 'null') throw unsupported('IS with another word than NULL')
        return { type: condition, value: (environment) => truth(left.value(environment) === null) }
      case 'IN':
        return not(membership(left, given_right ?? { type: '' }))
      case 'LIKE': {
        const right = part(given_right)
        return not({
          type: condition,
          value(environment) {
            const [value, pattern] = [left.value(environment), right.value(environment)]
            return truth(value === null || pattern === null ? null : likePattern(String(pattern)).test(String(value)))
          },
        })
      }
      case '+': {
        const right = part(given_right)
        const type = higher(left.type.name, right.type.name)
        return {
          type: isText(type) ? text : { name: type },
          value(environment) {
            const values = [left, right].map((each) => convert(each.value(environment), each.type.name, type))
            const [one = null, other = null] = values
            if (one === null || other === null) return null
            return isText(type) ? `${String(one)}${String(other)}` : Number(one) + Number(other)
          },
        }
      }
      default:
        if (operator === 'IS NOT') {
          if (given_right?.type !== 'null') throw unsupported('IS NOT with another word than NULL')
          return { type: condition, value: (environment) => truth(left.value(environment) !== null) }
        }
        return comparison(operator, left, part(given_right))
    }
  }

  function unary({ operator, expr }: Expression): Compiled {
    if (operator !== 'NOT') throw unsupported(`the operator ${operator}`)
    const inner = part(expr)
    return {
      type: condition,
      value(environment) {
        const value = is(inner.value(environment))
        return truth(value === null ? null : !value)
      },
    }
  }

  function exists([query]: Expression[]): Compiled {
    if (!query?.ast) throw unsupported('EXISTS without a query')
    const { rows } = deps.runSelect(query.ast, scope)
    return { type: condition, value: (environment) => truth(rows(environment).length > 0) }
  }

  function aggregated({ name, args }: Expression): Compiled {
    const { expr, distinct } = args as { expr: Expression; distinct?: unknown }
    if (expr.type === 'star') return { type: int, value: ({ group = [] }) => group.length }
    return aggregate(nameOf(name).toUpperCase(), compile(expr), Boolean(distinct))
  }

  function choice({ expr, args }: Expression): Compiled {
    const branches = args as { type: string; cond?: Expression; result: Expression }[]
    const subject = expr ? compile(expr) : undefined
    const compiled = branches.map(({ type, cond, result }) => {
      const test = type === 'else' ? undefined : part(cond)
      return { test: test && subject ? comparison('=', subject, test) : test, result: compile(result) }
    })
    const { type } = coalesce(compiled.map(({ result }) => result))
    return {
      type,
      value(environment) {
        const chosen = compiled.find(({ test }) => test === undefined || holds(test, environment))?.result
        return chosen === undefined ? null : convert(chosen.value(environment), chosen.type.name, type.name)
      },
    }
  }

  function constant(value: SqlValue, type: SqlType): Compiled {
    return { type, value: () => value }
  }

  function compile(expression: Expression): Compiled {
    if (expression.ast) return query(expression.ast)
    switch (expression.type) {
      case 'column_ref': {
        const name = nameOf(expression.column)
        if (!name.startsWith('@')) return column(expression, scope)
        const typed = deps.parameters.get(name.toLowerCase())
        if (typed === undefined) throw new SqlServerError(137, `Must declare the scalar variable "${name}".`)
        return constant(typed.value, { name: typed.type })
      }
      case 'string':
      case 'single_quote_string':
      case 'var_string':
        return constant(String(expression.value).replaceAll("''", "'"), text)
      case 'number':
        return constant(Number(expression.value), int)
      case 'bigint':
        return constant(BigInt(String(expression.value)), { name: 'bigint' })
      case 'null':
        return constant(null, int)
      case 'binary_expr':
        return binary(expression)
      case 'unary_expr':
        return unary(expression)
      case 'aggr_func':
        return aggregated(expression)
      case 'case':
        return choice(expression)
      case 'cast': {
        const inner = part(expression.expr)
        const [target] = [expression.target].flat() as { dataType?: string; length?: number }[]
        const length = target?.length === undefined ? '' : `(${target.length})`
        const type = typeOf(`${String(target?.dataType)}${length}`)
        return { type, value: (environment) => convert(inner.value(environment), inner.type.name, type.name) }
      }
      case 'function': {
        const name = nameOf(expression.name).toLowerCase()
        if (name === 'exists') return exists(list(expression.args))
        const call = functions[name]
        if (call === undefined) throw unsupported(`the function ${name}`)
        return call(list(expression.args).map(compile), deps.session)
      }
      case 'expr_list': {
        const [only, ...others] = list(expression)
        if (only === undefined || others.length > 0) throw unsupported('a list in this place')
        return compile(only)
      }
      default:
        throw unsupported(`the expression ${expression.type}`)
    }
  }
  return compile
}

/** The column of an expression that is one; others have none. */
export function columnIndex(table: Table, name: unknown): number {
  return columnAt(table, nameOf(name))
}
