// Node's functions for the state of a stream, for web streams too: Deno's answer null for them. Without this, undici
// (`fetch`) never ends a body that is aborted or cut off.
'use strict'

const stream = require('node:stream')

function acceptWebStreams() {
  const { isReadable } = stream
  // A web stream that has ended ignores the error that undici then reports.
  stream.isReadable = (given) => given instanceof ReadableStream || isReadable(given)
}

module.exports = { acceptWebStreams }
