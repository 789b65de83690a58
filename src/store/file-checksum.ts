import { createHash } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import path from 'node:path'
import { StoreUnusable } from './store-unusable.ts'

const part_bytes = 1024 * 1024

/** The SHA-256 checksum of a file, in hex. */
export function checksumOf(file: string): string {
  const hash = createHash('sha256')
  const part = Buffer.alloc(part_bytes)
  const opened = openSync(file, 'r')
  try {
    for (let read = readSync(opened, part); read > 0; read = readSync(opened, part)) hash.update(part.subarray(0, read))
  } finally {
    closeSync(opened)
  }
  return hash.digest('hex')
}

/** The file with the checksum of a file, in the form of `sha256sum`. */
export const checksumFile = (file: string): string => `${file}.sha256`

/** Writes the checksum of a file beside it, to the disk. An existing file is not replaced. */
export function writeChecksum(file: string, checksum: string): void {
  const opened = openSync(checksumFile(file), 'wx', 0o600)
  try {
    writeSync(opened, `${checksum}  ${path.basename(file)}\n`)
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

/** The checksum that is beside a file; undefined where there is none. @throws {StoreUnusable} where the file beside it holds none */
export function readChecksum(file: string): string | undefined {
  const beside = checksumFile(file)
  if (!existsSync(beside)) return undefined
  const checksum = /^[0-9a-f]{64}(?=\s|$)/i.exec(readFileSync(beside, 'utf8'))?.[0]
  if (checksum === undefined) throw new StoreUnusable(`The file ${beside} holds no SHA-256 checksum.`)
  return checksum.toLowerCase()
}
