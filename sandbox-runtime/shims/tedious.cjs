// `tedious`. A script that pins a release before 9 passes user and password at the top level of the configuration and
// expects that the connection opens by itself.
'use strict'

function currentConfiguration(given) {
  const { userName, password, domain, authentication, options, ...rest } = given
  if (authentication) return given
  const type = domain === undefined ? 'default' : 'ntlm'
  return {
    ...rest,
    authentication: { type, options: { userName, password, ...(domain === undefined ? {} : { domain }) } },
    options: { encrypt: false, trustServerCertificate: true, ...options },
  }
}

function createModule({ requireFromTree }) {
  const tedious = requireFromTree('tedious')
  class Connection extends tedious.Connection {
    #is_connecting = false

    constructor(configuration) {
      super(currentConfiguration(configuration))
      setImmediate(() => {
        if (!this.#is_connecting) this.connect()
      })
    }

    connect(listener) {
      this.#is_connecting = true
      return super.connect(listener)
    }
  }
  return { ...tedious, Connection, Types: tedious.TYPES, connect: (configuration) => new Connection(configuration) }
}

let made
module.exports = {
  shim: (from) =>
    from.name === 'tedious' && from.major < 9 ? (made ??= createModule(from)) : from.requireFromTree(from.name),
}
