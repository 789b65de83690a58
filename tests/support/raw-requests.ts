import { connect } from 'node:net'
import type { TestServer } from './test-server.ts'

/** Writes bytes to a server's port and answers what it sends until it closes, or until `wait_ms` have passed. */
export function sendBytes(server: TestServer, bytes: string | Buffer, wait_ms = 2000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1')
    const chunks: Buffer[] = []
    const end = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(Buffer.concat(chunks).toString('latin1'))
    }
    const timer = setTimeout(end, wait_ms)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('close', end)
    socket.on('error', end)
    socket.write(bytes)
  })
}
