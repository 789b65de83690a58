// Compiles a script's source to a function. The source is one function expression; a trailing semicolon or
// comment, a leading directive, several declarations and `module.exports = …` are accepted too.
'use strict'

const { chooseFunction, declaredFunctions, function_names } = require('./choose-function.cjs')

const cached_functions_max = 64

/** V8 refuses a source: `cause` is its error. An error of the same class that the source throws is none of these. */
class UnreadableSource extends Error {
  constructor(cause) {
    super(cause.message, { cause })
  }
}

function openCompiler({ requireModule }) {
  const functions = new Map()

  /** Parses `body` and does not run it. The source in it begins in a line of its own, so that columns are the author's. */
  function parse(body, script) {
    // The name of the script in stack traces.
    return new Function('require', 'module', 'exports', `${body}\n//# sourceURL=${script}.js`)
  }

  function asExpression(source, script) {
    // A semicolon may follow the function.
    return { program: parse(`return (\n${source.replace(/[;\s]+$/, '')}\n)`, script) }
  }

  function asStatements(source, script) {
    const declared = declaredFunctions(source)
    const names = [...new Set([...declared, ...(function_names[script] ?? [script])])]
    const functions_listed = names.map((name) => `typeof ${name} === 'function' ? ['${name}', ${name}] : undefined`)
    return { program: parse(`\n${source}\n;return [${functions_listed.join(', ')}]`, script), lists: true }
  }

  /** @throws SyntaxError */
  function parseSource(source, script) {
    try {
      return asExpression(source, script)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      try {
        return asStatements(source, script)
      } catch (second) {
        throw second instanceof SyntaxError ? error : second
      }
    }
  }

  /** Runs the top level of a parsed source, and answers its function or undefined. */
  function evaluate({ program, lists }, script, parameters) {
    const module = { exports: {} }
    const value = program(requireModule, module, module.exports)
    const exported = [module.exports, module.exports?.default].find((each) => typeof each === 'function')
    if (lists) return exported ?? chooseFunction(value.filter(Boolean), script, parameters)
    return typeof value === 'function' ? value : exported
  }

  /** The exports of a CommonJS module, whose top level is run. @throws SyntaxError, or the error of the top level */
  function evaluateModule(source, script) {
    const module = { exports: {} }
    parse(`\n${source}`, script)(requireModule, module, module.exports)
    return module.exports ?? {}
  }

  /** Parses a CommonJS module and does not run it. @throws SyntaxError */
  const parseModule = (source, script) => void parse(`\n${source}`, script)

  /**
   * The function of `source`; the same function for the same hash.
   *
   * @param parameters the number of arguments that the function is called with, the callback included
   * @throws UnreadableSource, the error of the top level, or TypeError if there is no function
   */
  function compile(hash, source, script, parameters) {
    let script_function = functions.get(hash)
    if (script_function) return script_function
    let parsed
    try {
      parsed = parseSource(String(source), script)
    } catch (error) {
      throw error instanceof SyntaxError ? new UnreadableSource(error) : error
    }
    script_function = evaluate(parsed, script, parameters)
    if (script_function === undefined) throw new TypeError('the source is not a function')
    if (functions.size >= cached_functions_max) functions.delete(functions.keys().next().value)
    functions.set(hash, script_function)
    return script_function
  }

  return { compile, parseSource, evaluate, parseModule, evaluateModule }
}

module.exports = { openCompiler, UnreadableSource }
