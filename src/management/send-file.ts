import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { SentFile } from '../contract/route.ts'

/** Sends a file as it is read, to be saved by the browser and kept in no cache. */
export async function sendFile(reply: FastifyReply, content_type: string, { name, content }: SentFile) {
  return await reply
    .header('cache-control', 'no-store')
    .header('content-type', content_type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('x-content-type-options', 'nosniff')
    .send(Readable.from(content))
}
