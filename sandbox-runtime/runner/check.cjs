// Checks a source before it is saved: its syntax, the modules that it requires, its top level, which is run once, and whether its function
// can answer.
'use strict'

const { canAnswer } = require('./can-answer.cjs')
const { positionIn } = require('./source-position.cjs')
const { syntaxResult } = require('./syntax-errors.cjs')

const warnings_max = 10
const text_max = 500

const short = (text) => (text.length > text_max ? `${text.slice(0, text_max)}…` : text)

/** The modules that a source requires by a constant name, each once, with the line of the first call. */
function requiredModules(source) {
  const { tokenizer } = require('acorn')
  let tokens
  try {
    tokens = [...tokenizer(source, { ecmaVersion: 'latest', locations: true })]
  } catch {
    // V8 accepts the source, and decides.
    return []
  }
  const is = (token, label, value) => token?.type.label === label && (value === undefined || token.value === value)
  const lines = new Map()
  tokens
    .filter((token, at) => {
      const is_call = is(tokens[at - 2], 'name', 'require') && is(tokens[at - 1], '(')
      return is_call && is(token, 'string') && !is(tokens[at - 3], '.')
    })
    .forEach(({ value, loc }) => lines.has(value) || lines.set(value, loc.start.line))
  return [...lines].map(([name, line]) => ({ name, line }))
}

function openCheck({ compiler, findModule }) {
  function missingModules(source) {
    return requiredModules(source).flatMap(({ name, line }) => {
      try {
        findModule(name)
        return []
      } catch (error) {
        return [{ line, message: short(error.message) }]
      }
    })
  }

  /** Runs the top level, and answers what is wrong with it or with the function that it makes. */
  function functionProblem(parsed, source, script, { parameters, required }) {
    let script_function
    try {
      script_function = compiler.evaluate(parsed, script, parameters)
    } catch (error) {
      const message = `The source throws before there is a function; it was run without configuration and network: ${error?.message ?? error}`
      return { line: positionIn(script, error)?.line, message: short(message) }
    }
    if (script_function === undefined) return { message: 'The source is not a function.' }
    const text = Function.prototype.toString.call(script_function)
    if (canAnswer(text, required)) return undefined
    const at = source.indexOf(text)
    return {
      ...(at >= 0 && { line: source.slice(0, at).split('\n').length }),
      message: `The function cannot answer: it does not take the callback, which is parameter ${required}, and returns no promise. Add the parameter, or make the function async and return the result.`,
    }
  }

  /** Runs the top level of a module, and answers what is wrong with it or with what it exports. */
  function moduleProblem(source, script, names) {
    try {
      const exported = compiler.evaluateModule(source, script)
      if (names.some((name) => typeof exported[name] === 'function')) return undefined
      return { message: `The module exports none of the functions ${names.join(', ')}.` }
    } catch (error) {
      const message = `The module throws; it was run without secrets and network: ${error?.message ?? error}`
      return { line: positionIn(script, error)?.line, message: short(message) }
    }
  }

  /** Checks a CommonJS module, which exports one of these functions. Answers as `check`. */
  async function checkModule(source, script, names) {
    try {
      compiler.parseModule(source, script)
    } catch (error) {
      if (error instanceof SyntaxError) return await syntaxResult(source, error)
      throw error
    }
    const problem = moduleProblem(source, script, names)
    const warnings = [...missingModules(source), ...(problem === undefined ? [] : [problem])]
    return { kind: 'returned', values: [warnings.slice(0, warnings_max)] }
  }

  /**
   * Answers `syntax_error`, or `returned` with the list of warnings.
   *
   * @param counts `parameters`: the number of arguments that the function is called with, the callback included; `required`: the number of
   *   parameters with which it takes the callback
   */
  async function check(source, script, counts) {
    let parsed
    try {
      parsed = compiler.parseSource(source, script)
    } catch (error) {
      if (error instanceof SyntaxError) return await syntaxResult(source, error)
      throw error
    }
    const warnings = missingModules(source)
    const problem = functionProblem(parsed, source, script, counts)
    if (problem !== undefined) warnings.push(problem)
    return { kind: 'returned', values: [warnings.slice(0, warnings_max)] }
  }

  return { check, checkModule }
}

module.exports = { openCheck }
