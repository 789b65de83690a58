// `mysql` with the global mysql({ … }) of older runtimes, which returns a connected connection.
'use strict'

function createModule({ requireFromTree, name }) {
  const mysql = requireFromTree(name)
  if (name !== 'mysql') return mysql
  function connectGlobal(config, callback) {
    const connection = mysql.createConnection(config)
    connection.on('error', () => {})
    if (typeof callback === 'function') connection.connect((error) => callback(error, connection))
    return connection
  }
  return Object.assign(Object.create(mysql, Object.getOwnPropertyDescriptors(mysql)), {
    connectGlobal: Object.assign(connectGlobal, mysql),
  })
}

let made
module.exports = {
  shim: (from) => (from.name === 'mysql' ? (made ??= createModule(from)) : from.requireFromTree(from.name)),
}
