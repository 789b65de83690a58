import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A received mail: its envelope and its parsed content. */
export type ReceivedMail = { from: string; to: string[]; raw: string; read: Email }

/** A real mail server on loopback that stores what it receives. */
export type MailServer = {
  port: number
  url: string
  received: ReceivedMail[]
  close(): Promise<void>
}

/** What the server refuses: an SMTP status for a recipient or a message, or undefined to accept it. */
export type Refuses = { recipient?: (address: string) => number | undefined; message?: () => number | undefined }

/** Starts a mail server. `port` 0 takes a free one. */
export async function startMailServer(port = 0, refuses: Refuses = {}): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const refusal = (status: number, text: string): Error => Object.assign(new Error(text), { responseCode: status })
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: ({ username }, _session, done) => done(null, { user: username }),
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo(address, _session, done) {
      const status = refuses.recipient?.(address.address)
      done(status === undefined ? null : refusal(status, `no such box: ${address.address}`))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const status = refuses.message?.()
        const raw = Buffer.concat(chunks).toString('utf8')
        if (status !== undefined)
          return done(refusal(status, `not this one: ${raw.slice(0, 200).replaceAll(/\s+/g, ' ')}`))
        const { mailFrom, rcptTo } = session.envelope
        const keep = async (): Promise<void> => {
          const read = await PostalMime.parse(raw)
          received.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map((one) => one.address), raw, read })
          done()
        }
        void keep()
      })
    },
  })
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  const bound = (server.server.address() as AddressInfo).port
  return {
    port: bound,
    url: `smtp://127.0.0.1:${bound}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
      }),
  }
}
