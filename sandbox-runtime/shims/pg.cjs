// The current `pg` with the functions of pg 4 to 6: pg.connect(config, (error, client, done)), pg.end(), and the global
// postgres(url, (error, client, done)) of older runtimes.
'use strict'

function createModule({ requireFromTree, name }) {
  if (name !== 'pg') return requireFromTree(name)
  const pg = requireFromTree('pg')
  const pools = new Map()

  function poolOf(config) {
    const key = JSON.stringify(config ?? {})
    let pool = pools.get(key)
    if (!pool) {
      pool = new pg.Pool(typeof config === 'string' ? { connectionString: config } : config)
      pool.on('error', () => {})
      pools.set(key, pool)
    }
    return pool
  }

  function connect(config, callback) {
    if (typeof config === 'function') return poolOf(undefined).connect(config)
    return poolOf(config).connect(callback)
  }

  function end() {
    for (const pool of pools.values()) pool.end().catch(() => {})
    pools.clear()
  }

  const old = { connect, end, connectGlobal: connect }
  return new Proxy(pg, {
    get: (target, key) => (Object.hasOwn(old, key) ? old[key] : target[key]),
    has: (target, key) => key in old || key in target,
  })
}

const made = new Map()
module.exports = {
  shim(from) {
    if (!made.has(from.name)) made.set(from.name, createModule(from))
    return made.get(from.name)
  },
}
