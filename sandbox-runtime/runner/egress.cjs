// Routes every TCP and TLS connection of a script through the egress broker's unix socket. The first line on that
// socket names the destination; the verdict arrives on standard input, and only then the script's socket emits
// `connect`. A script that bypasses this file is still confined by the flags of its process.
'use strict'

const net = require('node:net')
const tls = require('node:tls')
const { AsyncResource } = require('node:async_hooks')

// Below the process's limit of open files: a script that leaks sockets gets an error before its process fails.
const sockets_max = 120

/** Addresses that stand for names until a socket is opened to them; nothing is resolved in this process. */
function createSyntheticAddresses() {
  const name_of_address = new Map()
  const address_of_name = new Map()

  function syntheticAddress(name) {
    let address = address_of_name.get(name)
    if (address) return address
    const number = address_of_name.size + 1
    address = `198.18.${(number >> 8) & 255}.${number & 255}`
    address_of_name.set(name, address)
    name_of_address.set(address, name)
    return address
  }

  return { syntheticAddress, hostOf: (host) => name_of_address.get(host) ?? host }
}

/** The options and the listener of `socket.connect`, which it accepts in several forms. */
function normalize(args) {
  if (Array.isArray(args[0])) return { options: args[0][0] ?? {}, listener: args[0][1] ?? undefined }
  const listener = typeof args.at(-1) === 'function' ? args.at(-1) : undefined
  if (typeof args[0] === 'object' && args[0] !== null) return { options: args[0], listener }
  if (typeof args[0] === 'string' && !/^\d+$/.test(args[0])) return { options: { path: args[0] }, listener }
  return { options: { port: args[0], host: typeof args[1] === 'string' ? args[1] : undefined }, listener }
}

function failure(verdict, host, port) {
  const error = new Error(verdict.message)
  // The stack frames of this file do not help a reader of the script log.
  error.stack = `Error: ${verdict.message}`
  error.code = verdict.code
  error.syscall = 'connect'
  error.address = verdict.address ?? host
  error.port = port
  return error
}

/**
 * Connects a socket to the broker, and writes the request as the first bytes. `connect` and `ready` are held back until the returned
 * function is called.
 */
function captureConnect(socket, { socket_path, connectDirectly, header }) {
  const { emit, once } = socket
  let writeHeader
  connectDirectly.call(socket, { path: socket_path })

  // The header must be the first write; it is sent when the broker's socket is connected.
  socket.once = function (event, fn) {
    if (event !== 'connect') return once.call(socket, event, fn)
    writeHeader = fn
    return socket
  }
  socket.write(header)
  delete socket.once

  socket.emit = function (event, ...rest) {
    if (event === 'connect') {
      writeHeader.call(socket)
      socket.connecting = true
      return true
    }
    if (event === 'ready') return true
    return emit.call(socket, event, ...rest)
  }
  return function release() {
    delete socket.emit
  }
}

/**
 * Writes the buffered chunks of a socket together. Deno writes them one after another, each in a turn of the event loop: the five messages
 * of a query to PostgreSQL would reach the broker, and the database, one by one.
 */
function writeTogether() {
  net.Socket.prototype._writev = function (chunks, callback) {
    const bytes = chunks.map(({ chunk, encoding }) =>
      typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
    )
    this._write(Buffer.concat(bytes), 'buffer', callback)
  }
}

/** `tls.connect` over a socket of this process, so that the broker opens the TCP connection. */
function routeTls(hostOf) {
  const connectTls = tls.connect
  tls.connect = function (...args) {
    let options = {}
    if (typeof args[0] === 'object' && args[0] !== null) options = { ...args[0] }
    else {
      options.port = args[0]
      if (typeof args[1] === 'string') options.host = args[1]
      const extra = args.find((arg) => typeof arg === 'object' && arg !== null)
      if (extra) Object.assign(options, extra)
    }
    const listener = typeof args.at(-1) === 'function' ? args.at(-1) : undefined
    if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0') options.rejectUnauthorized ??= false
    if (!options.socket && !options.path) {
      options.host = hostOf(options.host) ?? 'localhost'
      const socket = new net.Socket({ allowHalfOpen: options.allowHalfOpen, signal: options.signal })
      if (options.timeout) socket.setTimeout(options.timeout)
      socket.connect({ host: options.host, port: options.port })
      options.socket = socket
    }
    if (options.servername === undefined && options.host && !net.isIP(options.host)) options.servername = options.host
    return connectTls.call(tls, options, listener)
  }
}

function routeSockets({ socket_path, currentCall }) {
  const pending_requests = new Map()
  const open_sockets = new Set()
  const { syntheticAddress, hostOf } = createSyntheticAddresses()
  let next_request_id = 1
  const connectDirectly = net.Socket.prototype.connect

  function connect(...args) {
    const { options, listener } = normalize(args)
    const port = Number(options.port)
    if (options.path || !Number.isInteger(port) || port < 0 || port > 65535) return connectDirectly.apply(this, args)
    const host = hostOf(String(options.host || 'localhost').replace(/^\[(.*)\]$/, '$1'))
    if (open_sockets.size >= sockets_max) {
      const verdict = {
        code: 'EMFILE',
        message: `connect EMFILE ${host}:${port} - more than ${sockets_max} sockets are open`,
      }
      process.nextTick(() => this.destroy(failure(verdict, host, port)))
      return this
    }
    const request_id = next_request_id++
    const resource = new AsyncResource('EgressConnection')
    const socket = this
    if (listener) socket.once('connect', listener)
    const header = `${JSON.stringify({ request_id, host, port, call: currentCall() })}\n`
    const release = captureConnect(socket, { socket_path, connectDirectly, header })

    function openOrRefuse(verdict) {
      release()
      if (verdict.code !== undefined) {
        pending_requests.delete(request_id)
        socket.destroy(failure(verdict, host, port))
        return
      }
      if (socket.destroyed) return
      Object.defineProperties(socket, {
        remoteAddress: { value: verdict.address, configurable: true },
        remotePort: { value: port, configurable: true },
        remoteFamily: { value: net.isIPv6(verdict.address) ? 'IPv6' : 'IPv4', configurable: true },
      })
      socket.connecting = false
      socket.emit('connect')
      socket.emit('ready')
    }
    pending_requests.set(request_id, (verdict) => resource.runInAsyncScope(openOrRefuse, undefined, verdict))
    open_sockets.add(socket)
    socket.once('close', () => {
      pending_requests.delete(request_id)
      open_sockets.delete(socket)
    })
    return socket
  }
  net.Socket.prototype.connect = connect
  writeTogether()
  routeTls(hostOf)

  function deliverVerdict(verdict) {
    pending_requests.get(verdict.request_id)?.(verdict)
  }

  return { deliverVerdict, syntheticAddress }
}

module.exports = { routeSockets }
