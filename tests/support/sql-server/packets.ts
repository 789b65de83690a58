/** Packets of TDS on a socket, and the TLS handshake that TDS 7.4 carries in them. */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { type SecureContext, TLSSocket } from 'node:tls'

/** The kinds of messages. */
export const message_kinds = {
  batch: 1,
  call: 3,
  response: 4,
  attention: 6,
  transaction: 14,
  login: 16,
  prelogin: 18,
} as const

const head_size = 8
const packet_size = 4096

/** A message in packets. */
export function toPackets(kind: number, body: Buffer): Buffer {
  const packets: Buffer[] = []
  for (let at = 0, number = 1; at === 0 || at < body.length; at += packet_size - head_size, number += 1) {
    const part = body.subarray(at, at + packet_size - head_size)
    const head = Buffer.from([kind, at + part.length >= body.length ? 1 : 0, 0, 0, 0, 0, number % 256, 0])
    head.writeUInt16BE(head_size + part.length, 2)
    packets.push(head, part)
  }
  return Buffer.concat(packets)
}

/** Calls with each message, of all packets until the last one's flag, in the data that it is given. */
export function messageReader(onMessage: (kind: number, body: Buffer) => void): (data: Buffer) => void {
  let waiting = Buffer.alloc(0)
  let parts: Buffer[] = []
  return (data) => {
    waiting = Buffer.concat([waiting, data])
    while (waiting.length >= head_size && waiting.length >= waiting.readUInt16BE(2)) {
      const length = Math.max(head_size, waiting.readUInt16BE(2))
      const [kind = 0, status = 0] = waiting
      parts.push(waiting.subarray(head_size, length))
      waiting = waiting.subarray(length)
      if ((status & 1) === 0) continue
      const body = Buffer.concat(parts)
      parts = []
      onMessage(kind, body)
    }
  }
}

/**
 * TLS inside of TDS: until the handshake ends its bytes are the bodies of prelogin messages, afterwards they are on the socket as they are.
 * All bytes of the client's are given to `receive`.
 */
export function startTlsInPackets(
  socket: Socket,
  secureContext: SecureContext,
): { tls: TLSSocket; receive(data: Buffer): void } {
  let is_complete = false
  let is_secure = false
  let flight: Buffer[] = []
  const inner = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      if (is_secure) socket.write(chunk)
      else {
        // The client expects one message for each of its own.
        if (flight.length === 0) setImmediate(sendFlight)
        flight.push(chunk)
      }
      done()
    },
    final(done) {
      socket.end()
      done()
    },
  })
  function sendFlight(): void {
    const body = Buffer.concat(flight)
    flight = []
    socket.write(toPackets(message_kinds.prelogin, body))
    // The server's last message is written after the event that ends the handshake.
    is_secure = is_complete
  }
  const tls = new TLSSocket(inner, { isServer: true, secureContext })
  tls.once('secure', () => {
    is_complete = true
  })
  const handshake = messageReader((_kind, body) => inner.push(body))
  return { tls, receive: (data) => (is_secure ? inner.push(data) : handshake(data)) }
}
