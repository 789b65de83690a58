import { invalidBody } from '../contract/refusal.ts'
import { writeJson } from '../store/json-column.ts'

/** The largest size of a user's `user_metadata` and of `app_metadata`, in bytes of JSON: that of a script's result. */
export const metadata_max_bytes = 256 * 1024

/**
 * Writes a metadata column as JSON.
 *
 * @throws {Refusal} `invalid_body` where it is too large: each list reads it, and each search of metadata
 */
export function writeMetadata(value: unknown): string {
  const text = writeJson(value)
  if (Buffer.byteLength(text) <= metadata_max_bytes) return text
  throw invalidBody(`Metadata may have ${metadata_max_bytes / 1024} KiB`)
}
