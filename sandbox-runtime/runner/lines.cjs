// Newline-delimited JSON over the standard streams of the process. Writes are synchronous: an answer before an endless
// loop still reaches the server.
'use strict'

const { parse, stringify } = JSON

function openLines(native) {
  const input = native.stdin
  const output = native.stdout
  const encoder = new TextEncoder()

  function send(message) {
    let bytes = encoder.encode(`${stringify(message)}\n`)
    while (bytes.length > 0) bytes = bytes.subarray(output.writeSync(bytes))
  }

  async function read(handlers) {
    const decoder = new TextDecoder()
    const chunk = new Uint8Array(65536)
    let text = ''
    for (;;) {
      const count = await input.read(chunk)
      if (count === null) return native.exit(0)
      text += decoder.decode(chunk.subarray(0, count), { stream: true })
      let end = text.indexOf('\n')
      while (end >= 0) {
        const line = text.slice(0, end)
        text = text.slice(end + 1)
        const message = parse(line)
        handlers[message.t]?.(message)
        end = text.indexOf('\n')
      }
    }
  }

  return { send, read }
}

module.exports = { openLines }
