// Checks a source before it is saved: its syntax, the modules that it requires, and its top level, which is run once.
'use strict'

const { describeSyntaxError, isTypeScript } = require('./syntax-errors.cjs')

const warnings_max = 10
const text_max = 500

const short = (text) => (text.length > text_max ? `${text.slice(0, text_max)}…` : text)

/** The calls of `require` with a constant name, with their lines. */
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
  return tokens
    .filter((token, at) => {
      const is_call = is(tokens[at - 2], 'name', 'require') && is(tokens[at - 1], '(')
      return is_call && is(token, 'string') && !is(tokens[at - 3], '.')
    })
    .map(({ value, loc }) => ({ name: value, line: loc.start.line }))
}

function openCheck({ compiler, findModule }) {
  async function syntaxError(source, error) {
    const described = describeSyntaxError(source, error)
    if (!(await isTypeScript(source))) return { kind: 'syntax_error', ...described }
    const message = `TypeScript is not supported: compile the script to JavaScript (${described.message})`
    return { kind: 'syntax_error', ...described, message }
  }

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

  function topLevelProblem(parsed, script, parameters) {
    try {
      return compiler.evaluate(parsed, script, parameters) === undefined ? 'The source is not a function.' : undefined
    } catch (error) {
      return `The source throws before there is a function; it was run without configuration and network: ${error?.message ?? error}`
    }
  }

  /** Answers `syntax_error`, or `returned` with the list of warnings. */
  async function check(source, script, parameters) {
    let parsed
    try {
      parsed = compiler.parseSource(source, script)
    } catch (error) {
      if (error instanceof SyntaxError) return await syntaxError(source, error)
      throw error
    }
    const warnings = missingModules(source)
    const problem = topLevelProblem(parsed, script, parameters)
    if (problem !== undefined) warnings.push({ message: short(problem) })
    return { kind: 'returned', values: [warnings.slice(0, warnings_max)] }
  }

  return { check }
}

module.exports = { openCheck }
