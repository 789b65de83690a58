// Routes every TCP and TLS connection of a script through the egress broker's unix socket. The first line on that
// socket names the destination; the verdict arrives on standard input, and only then the script's socket emits
// `connect`. A script that bypasses this file is still confined by the flags of its process.
'use strict'

const net = require('node:net')
const tls = require('node:tls')
const { AsyncResource } = require('node:async_hooks')

// Below the process's limit of open files: a script that leaks sockets gets an error before its process fails.
const sockets_max = 120

function routeSockets({ socket_path, currentCall }) {
  const waiting = new Map()
  const open = new Set()
  const synthetic = new Map()
  const names = new Map()
  let next_ticket = 1
  const connectDirectly = net.Socket.prototype.connect

  /** An address that stands for `name` until a socket is opened to it; nothing is resolved in this process. */
  function syntheticAddress(name) {
    let address = names.get(name)
    if (address) return address
    const number = names.size + 1
    address = `198.18.${(number >> 8) & 255}.${number & 255}`
    names.set(name, address)
    synthetic.set(address, name)
    return address
  }

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

  function connect(...args) {
    const { options, listener } = normalize(args)
    const port = Number(options.port)
    if (options.path || !Number.isInteger(port) || port < 0 || port > 65535) return connectDirectly.apply(this, args)
    const given = String(options.host || 'localhost').replace(/^\[(.*)\]$/, '$1')
    const host = synthetic.get(given) ?? given
    if (open.size >= sockets_max) {
      const verdict = {
        code: 'EMFILE',
        message: `connect EMFILE ${host}:${port} - more than ${sockets_max} sockets are open`,
      }
      process.nextTick(() => this.destroy(failure(verdict, host, port)))
      return this
    }
    const ticket = next_ticket++
    const resource = new AsyncResource('EgressConnection')
    const socket = this
    const emit = socket.emit
    let writeHeader

    if (listener) socket.once('connect', listener)
    connectDirectly.call(socket, { path: socket_path })

    // The header must be the first write; it is sent when the broker's socket is connected.
    const once = socket.once
    socket.once = function (event, fn) {
      if (event !== 'connect') return once.call(socket, event, fn)
      writeHeader = fn
      return socket
    }
    socket.write(`${JSON.stringify({ ticket, host, port, call: currentCall() })}\n`)
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

    function settle(verdict) {
      if (verdict.code !== undefined) {
        delete socket.emit
        waiting.delete(ticket)
        socket.destroy(failure(verdict, host, port))
        return
      }
      delete socket.emit
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
    waiting.set(ticket, (verdict) => resource.runInAsyncScope(settle, undefined, verdict))
    open.add(socket)
    socket.once('close', () => {
      waiting.delete(ticket)
      open.delete(socket)
    })
    return socket
  }
  net.Socket.prototype.connect = connect

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
      options.host = synthetic.get(options.host) ?? options.host ?? 'localhost'
      const socket = new net.Socket({ allowHalfOpen: options.allowHalfOpen, signal: options.signal })
      if (options.timeout) socket.setTimeout(options.timeout)
      socket.connect({ host: options.host, port: options.port })
      options.socket = socket
    }
    if (options.servername === undefined && options.host && !net.isIP(options.host)) options.servername = options.host
    return connectTls.call(tls, options, listener)
  }

  function settle(verdict) {
    waiting.get(verdict.ticket)?.(verdict)
  }

  return { settle, syntheticAddress }
}

module.exports = { routeSockets }
