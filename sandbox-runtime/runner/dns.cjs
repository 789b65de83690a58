// Replaces node:dns for scripts. A host name gets a synthetic address at once; the egress broker resolves it when a
// socket is opened. The server looks up SRV and TXT records, which drivers use to find their servers.
'use strict'

const dns = require('node:dns')
const net = require('node:net')
const { callbackify } = require('node:util')

function replaceDns({ send, syntheticAddress }) {
  const waiting = new Map()
  let next = 1

  function lookupNow(name, options) {
    const host = String(name || 'localhost')
    const family = net.isIP(host)
    const address = family === 0 ? syntheticAddress(host) : host
    const found = { address, family: family || 4 }
    return options?.all ? [found] : found
  }

  function lookup(name, ...rest) {
    const callback = rest.at(-1)
    const found = lookupNow(name, typeof rest[0] === 'object' && rest[0] !== null ? rest[0] : undefined)
    queueMicrotask(() => (Array.isArray(found) ? callback(null, found) : callback(null, found.address, found.family)))
  }

  function lookupRecords(name, type) {
    const n = next++
    return new Promise((resolve, reject) => {
      waiting.set(n, { resolve, reject })
      send({ t: 'names', n, name: String(name), type })
    })
  }

  function settle(message) {
    const pending = waiting.get(message.n)
    waiting.delete(message.n)
    if (!pending) return
    if (message.records) return pending.resolve(message.records)
    pending.reject(Object.assign(new Error(message.message), { code: message.code }))
  }

  const addresses = (name) => Promise.resolve([lookupNow(name).address])
  const methods = {
    resolve: (name, type = 'A') => (type === 'A' || type === 'AAAA' ? addresses(name) : lookupRecords(name, type)),
    resolve4: addresses,
    resolve6: (name) => Promise.reject(Object.assign(new Error(`queryAaaa ENODATA ${name}`), { code: 'ENODATA' })),
    resolveSrv: (name) => lookupRecords(name, 'SRV'),
    resolveTxt: (name) => lookupRecords(name, 'TXT'),
  }
  for (const [method, answer] of Object.entries(methods)) {
    dns.promises[method] = answer
    dns[method] = (name, ...rest) => {
      const type = typeof rest[0] === 'string' ? rest[0] : undefined
      callbackify(() => answer(name, type))(rest.at(-1))
    }
  }
  dns.lookup = lookup
  dns.promises.lookup = async (name, options) => lookupNow(name, options)

  return { settle }
}

module.exports = { replaceDns }
