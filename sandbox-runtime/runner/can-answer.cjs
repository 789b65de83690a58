// Whether a script's function has a way to answer: its callback, a promise or an error.
'use strict'

const function_kinds = new Set(['FunctionExpression', 'FunctionDeclaration', 'ArrowFunctionExpression'])

/** The function of a source text as `Function.prototype.toString` answers it; undefined for a class or a bound function. */
function parseFunction(text) {
  const { parse } = require('acorn')
  for (const expression of [`(${text})`, `({${text}}).value`]) {
    try {
      const [statement] = parse(expression, { ecmaVersion: 'latest' }).body
      const found = statement.expression.object?.properties[0]?.value ?? statement.expression
      return function_kinds.has(found.type) ? found : undefined
    } catch {
      // A method is no expression by itself.
    }
  }
  return undefined
}

const childrenOf = (node) =>
  Object.values(node)
    .flat()
    .filter((value) => typeof value?.type === 'string')

const plain_values = new Set([
  'Literal',
  'TemplateLiteral',
  'ArrayExpression',
  'UnaryExpression',
  'UpdateExpression',
  'BinaryExpression',
  ...function_kinds,
])

/** Whether an expression may be a promise: those of these forms are none. */
function mayBePromise(node) {
  return !plain_values.has(node.type) && !(node.type === 'Identifier' && node.name === 'undefined')
}

/** Whether code returns what may be a promise, throws or reads `arguments`, but for the functions in it. */
function mayAnswer(node) {
  if (node.type === 'ReturnStatement' && node.argument !== null && mayBePromise(node.argument)) return true
  if (node.type === 'ThrowStatement' || (node.type === 'Identifier' && node.name === 'arguments')) return true
  if (function_kinds.has(node.type)) return false
  return childrenOf(node).some(mayAnswer)
}

/**
 * Whether a function has a way to answer. In doubt it has: what it returns may be a promise.
 *
 * @param text the function's source text
 * @param parameters the number of its parameters with which it takes the callback
 */
function canAnswer(text, parameters) {
  const found = parseFunction(text)
  if (found === undefined || found.async) return true
  const takes_callback = found.params.length >= parameters || found.params.at(-1)?.type === 'RestElement'
  return takes_callback || (found.expression && mayBePromise(found.body)) || mayAnswer(found.body)
}

module.exports = { canAnswer }
