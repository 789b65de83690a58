// Compiles a script's source to a function. The source is one function expression; a trailing semicolon or
// comment, a leading directive, helper declarations around it and `module.exports = …` are accepted too.
'use strict'

const cached_functions_max = 64
const function_names = {
  login: ['login'],
  get_user: ['getByEmail', 'getUser', 'get_user'],
  delete: ['remove', 'deleteUser'],
  change_password: ['changePassword'],
  change_email: ['changeEmail'],
}

function openCompiler({ requireModule }) {
  const functions = new Map()

  function evaluate(body, script) {
    const module = { exports: {} }
    // The name of the script in stack traces.
    const named = `${body}\n//# sourceURL=${script}.js`
    const value = new Function('require', 'module', 'exports', named)(requireModule, module, module.exports)
    if (typeof value === 'function') return value
    return typeof module.exports === 'function' ? module.exports : undefined
  }

  function asExpression(source, script) {
    return evaluate(`return (${source}\n)`, script)
  }

  function asStatements(source, script) {
    const declared = [
      ...source.matchAll(
        /^[ \t]*(?:async[ \t]+)?function[ \t]*\*?[ \t]*([A-Za-z_$][\w$]*)|^[ \t]*(?:const|let|var)[ \t]+([A-Za-z_$][\w$]*)[ \t]*=/gm,
      ),
    ].map((match) => match[1] ?? match[2])
    const names = [
      ...(function_names[script] ?? [script]).filter((name) => declared.includes(name)),
      ...declared.reverse(),
    ]
    const found = names.map((name) => `typeof ${name} === 'function' ? ${name} : `).join('')
    return evaluate(`${source}\n;return ${found}undefined`, script)
  }

  function compileSource(source, script) {
    let script_function
    try {
      script_function = asExpression(source, script)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      try {
        script_function = asStatements(source, script)
      } catch (second) {
        throw second instanceof SyntaxError ? error : second
      }
    }
    if (script_function === undefined) throw new TypeError('the source is not a function')
    return script_function
  }

  /** The function of `source`; the same function for the same hash. @throws the compile error, or TypeError if it is not a function */
  function compile(hash, source, script) {
    let script_function = functions.get(hash)
    if (script_function) return script_function
    script_function = compileSource(String(source), script)
    if (functions.size >= cached_functions_max) functions.delete(functions.keys().next().value)
    functions.set(hash, script_function)
    return script_function
  }

  return { compile }
}

module.exports = { openCompiler }
