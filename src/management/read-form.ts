import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy } from '@fastify/busboy'
import type { FastifyRequest } from 'fastify'
import { invalidBody, Refusal } from '../contract/refusal.ts'

/** Keeps a file of a form; `name` is that of its field. */
export type KeepFile = (name: string, content: AsyncIterable<Uint8Array>) => Promise<void>

/** Reads a form once and returns its other fields. @throws {Refusal} `invalid_body`, and the error of `keepFile` */
export type ReadForm = (keepFile: KeepFile) => Promise<Record<string, string>>

const limits = { files: 1, fields: 20, parts: 21, fieldNameSize: 100, fieldSize: 16_384, headerPairs: 20 }

const malformed = (): Refusal => invalidBody('Invalid multipart payload format')

/**
 * Creates the reader of a `multipart/form-data` body (RFC 7578) of at most one file and 20 fields. A file is passed on as it arrives, and
 * is not kept in memory.
 */
export function readForm(request: FastifyRequest): ReadForm {
  return async (keepFile) => {
    const content_type = request.headers['content-type'] ?? ''
    if (!/^multipart\/form-data\s*;/i.test(content_type)) throw malformed()
    const fields = new Map<string, string>()
    let file: Readable | undefined
    let kept: Promise<void> | undefined
    let problem: Refusal | undefined
    let form: Busboy
    try {
      form = new Busboy({ headers: { ...request.headers, 'content-type': content_type }, limits })
    } catch {
      throw malformed()
    }
    form.on('field', (name, value, is_name_cut, is_value_cut) => {
      if (is_name_cut || is_value_cut) problem ??= invalidBody('The field is too long', name)
      if (fields.has(name)) problem ??= invalidBody('The form has a field more than once', name)
      fields.set(name, value)
    })
    form.on('file', (name, content: Readable) => {
      file = content
      kept = keepFile(name, content)
      // An error ends the reading at once; it is thrown below.
      kept.catch((error: unknown) => form.destroy(error instanceof Error ? error : undefined))
    })
    for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) {
      form.on(limit, () => (problem ??= invalidBody('The form has too many fields')))
    }
    try {
      await pipeline(request.raw, form)
    } catch (error) {
      // The caller went away, or the form is cut off: the file ends with an error.
      file?.destroy(malformed())
      await kept
      throw error instanceof Refusal ? error : malformed()
    }
    await kept
    if (problem) throw problem
    return Object.fromEntries(fields)
  }
}
