// Reads files of legacy directories in tests.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { DirectoryFormat, DirectoryFormatOptions } from '../../src/contract/directory-format.ts'
import { Refusal } from '../../src/contract/refusal.ts'
import type { DirectoryEntry } from '../../src/migration/directory/directory-entry.ts'
import { directoryFormats } from '../../src/migration/directory/directory-formats.ts'
import { verify, type Stored } from '../../src/passwords/library.ts'

/** The bytes of a file of `directory-files`. */
export const fileOf = (name: string): Buffer => readFileSync(new URL(`directory-files/${name}`, import.meta.url))

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

type Source = { format: DirectoryFormat; options?: DirectoryFormatOptions; size?: number }

/** The entries of a file. */
export async function entriesOf(
  bytes: Buffer | string,
  { format, options = {}, size = 65_536 }: Source,
): Promise<DirectoryEntry[]> {
  const entries: DirectoryEntry[] = []
  for await (const entry of directoryFormats[format](pieces(Buffer.from(bytes), size), options)) entries.push(entry)
  return entries
}

/** The entries of a file of `directory-files`, which are the same however its bytes arrive. */
export async function readFile(name: string, format: DirectoryFormat, options: DirectoryFormatOptions = {}) {
  const bytes = fileOf(name)
  const entries = await entriesOf(bytes, { format, options })
  assert.deepEqual(await entriesOf(bytes, { format, options, size: 1 }), entries)
  return entries
}

const storedOf = ({ hash }: DirectoryEntry): Stored => (hash?.custom ?? hash?.value ?? '') as Stored

/** Requires that an entry has the hash of a password. */
export async function requirePassword(entry: DirectoryEntry | undefined, password: string): Promise<void> {
  assert.ok(entry?.hash)
  assert.equal(await verify(password, storedOf(entry)), true)
  assert.equal(await verify(`${password}x`, storedOf(entry)), false)
}

/** The last activity of Ada in each file. */
export const seen_at = Date.parse('2026-03-01T10:20:30Z')
/** The refusal of what must be refused. */
export async function refusalOf(attempt: () => Promise<unknown>): Promise<Refusal> {
  try {
    await attempt()
  } catch (error) {
    assert.ok(error instanceof Refusal)
    return error
  }
  assert.fail('nothing was refused')
}

/** Why a file is refused as malformed. */
export const malformed = async (bytes: Buffer | string, source: Source): Promise<string> => {
  const refusal = await refusalOf(() => entriesOf(bytes, source))
  assert.equal(refusal.code, 'malformed_directory_file')
  return refusal.message
}
