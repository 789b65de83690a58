// Chooses the script's function where a source declares several.
'use strict'

/** The usual names of each script's function, the best known first. */
const function_names = {
  login: ['login'],
  get_user: ['getByEmail', 'getUser', 'get_user'],
  create: ['create', 'createUser'],
  verify: ['verify', 'verifyEmail'],
  change_password: ['changePassword', 'change_password'],
  change_email: ['changeEmail', 'change_email'],
  change_username: ['changeUsername', 'change_username'],
  change_phone_number: ['changePhoneNumber', 'change_phone_number'],
  delete: ['remove', 'deleteUser', 'delete_user'],
  list_users: ['listUsers', 'list_users'],
}

const function_kinds = new Set(['FunctionExpression', 'ArrowFunctionExpression'])

/** The names of the functions that a source declares at its top level, in order. A name that holds a required module is none of them. */
function declaredFunctions(source) {
  const { parse } = require('acorn')
  let program
  try {
    program = parse(source, { ecmaVersion: 'latest', allowReturnOutsideFunction: true })
  } catch {
    return []
  }
  return program.body.flatMap((statement) => {
    if (statement.type === 'FunctionDeclaration') return [statement.id.name]
    if (statement.type !== 'VariableDeclaration') return []
    return statement.declarations
      .filter(({ id, init }) => id.type === 'Identifier' && init && function_kinds.has(init.type))
      .map(({ id }) => id.name)
  })
}

/**
 * Of the functions of a source, as pairs of name and function: the one with a usual name of the script, else the last one that takes as
 * many parameters as the script gets arguments, else the last one.
 */
function chooseFunction(functions, script, parameters) {
  const by_name = (function_names[script] ?? [script]).map((name) => functions.find(([found]) => found === name))
  const by_count = functions.findLast(([, found]) => found.length === parameters)
  const [, chosen] = by_name.find(Boolean) ?? by_count ?? functions.at(-1) ?? []
  return chosen
}

module.exports = { chooseFunction, declaredFunctions, function_names }
