import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { ConnectionFailed } from './connection-failed.ts'

/**
 * A connection of which at most so many bytes are read. The next one ends it with a `ConnectionFailed`: a server that sends without end
 * would keep the parser of its protocol busy.
 */
export class BoundedSocket extends Duplex {
  readonly #socket: Socket

  constructor(socket: Socket, bytes_max: number) {
    super()
    this.#socket = socket
    let left = bytes_max
    socket.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) {
        const message = `The server sent more than ${bytes_max} bytes.`
        this.destroy(new ConnectionFailed('EMSGSIZE', message))
      } else if (!this.push(chunk)) socket.pause()
    })
    socket.once('end', () => this.push(null))
    socket.once('error', (error) => this.destroy(error))
    socket.once('close', () => {
      // What was received before the end is still to be read.
      if (this.readableEnded || !socket.readableEnded) this.destroy()
      else this.once('end', () => this.destroy())
    })
    socket.on('timeout', () => this.emit('timeout'))
    // A library removes its listeners before the connection ends.
    this.on('error', () => undefined)
  }

  setTimeout(timeout_ms: number): this {
    this.#socket.setTimeout(timeout_ms)
    return this
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done)
  }

  override _final(done: () => void): void {
    this.#socket.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }
}
