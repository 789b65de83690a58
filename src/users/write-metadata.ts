import { Refusal } from '../contract/refusal.ts'
import { writeJson } from '../store/json-column.ts'

/** How large each of a user's two metadata objects may become, in bytes of JSON: as large as a script's answer. */
export const metadata_max_bytes = 256 * 1024

/**
 * Writes a metadata column.
 *
 * @throws {Refusal} `invalid_body` where it is too large: every list and every search would carry it
 */
export function writeMetadata(value: unknown): string {
  const text = writeJson(value)
  if (Buffer.byteLength(text) <= metadata_max_bytes) return text
  throw new Refusal('invalid_body', {
    message: `Payload validation error: 'Metadata may have ${metadata_max_bytes / 1024} KiB'.`,
  })
}
