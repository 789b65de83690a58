// Describes a syntax error with its line: V8 reports none for sources that are compiled at run time.
'use strict'

const options = { ecmaVersion: 'latest', allowReturnOutsideFunction: true }

function syntaxErrorOf(parse, text) {
  try {
    parse(text, options)
    return undefined
  } catch (error) {
    return error instanceof SyntaxError ? error : undefined
  }
}

/** What is wrong with an `import` or `export` declaration at an index of the source. */
function moduleSyntax(source, index) {
  return source.startsWith('import', index)
    ? '`import` is not supported: load modules with require()'
    : '`export` is not supported: a script is the function itself, without `export default`'
}

/**
 * Line, column and message of the error in a source that V8 refuses. A source that only V8 refuses has no line.
 *
 * @param error V8's error
 */
function describeSyntaxError(source, error) {
  const { parse } = require('acorn')
  const statements = syntaxErrorOf(parse, source)
  const expression = syntaxErrorOf(parse, `(${source}\n)`)
  if (!statements || !expression) return { message: error.message }
  const is_module = /'import' and 'export' may appear only/.test(statements.message)
  // The form that the author meant is the one that can be read further. The expression has one more character before it.
  const is_expression = !is_module && expression.pos - 1 > statements.pos
  const { loc, pos, message } = is_expression ? expression : statements
  const moved = is_expression && loc.line === 1 ? 1 : 0
  return {
    line: loc.line,
    column: loc.column + 1 - moved,
    message: is_module ? moduleSyntax(source, pos) : message.replace(/ \(\d+:\d+\)$/, ''),
  }
}

/** Whether a source that is no JavaScript is TypeScript. It is not run. */
async function isTypeScript(source) {
  for (const body of [`return (${source}\n)`, source]) {
    // The function around the source is not called.
    const module_source = `export default function () {${body}\n}`
    const found = await import(`data:application/typescript,${encodeURIComponent(module_source)}`).then(
      () => true,
      () => false,
    )
    if (found) return true
  }
  return false
}

/** The result of a call or a check of a source that V8 refuses. */
async function syntaxResult(source, error) {
  const described = describeSyntaxError(source, error)
  if (!(await isTypeScript(source))) return { kind: 'syntax_error', ...described }
  const message = `TypeScript is not supported: compile the script to JavaScript (${described.message})`
  return { kind: 'syntax_error', ...described, message }
}

module.exports = { syntaxResult }
