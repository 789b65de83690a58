import { readSync } from 'node:fs'

const header_bytes = 32
const frame_header_bytes = 24
const magic_little_endian = 0x377f0682

type Checksum = readonly [number, number]

/** Continues the checksum of a write-ahead log over further bytes, whose number is a multiple of eight. */
function addTo([first, second]: Checksum, bytes: Buffer, little_endian: boolean): Checksum {
  let [s0, s1] = [first, second]
  for (let at = 0; at < bytes.length; at += 8) {
    s0 = (s0 + (little_endian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) + s1) >>> 0
    s1 = (s1 + (little_endian ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)) + s0) >>> 0
  }
  return [s0, s1]
}

const isAt = ([s0, s1]: Checksum, bytes: Buffer, at: number): boolean =>
  bytes.readUInt32BE(at) === s0 && bytes.readUInt32BE(at + 4) === s1

/**
 * The length of a write-ahead log of SQLite up to its last commit whose checksums are right, in bytes. SQLite itself
 * uses this part of the log when it opens a store after a crash; 0 where it uses none. (https://www.sqlite.org/fileformat2.html, section 4)
 */
export function validWalBytes(file: number): number {
  const header = Buffer.alloc(header_bytes)
  if (readSync(file, header, 0, header_bytes, 0) < header_bytes) return 0
  const magic = header.readUInt32BE(0)
  const little_endian = magic === magic_little_endian
  if (!little_endian && magic !== magic_little_endian + 1) return 0
  let checksum = addTo([0, 0], header.subarray(0, 24), little_endian)
  if (!isAt(checksum, header, 24)) return 0

  const frame = Buffer.alloc(frame_header_bytes + header.readUInt32BE(8))
  let valid = 0
  for (let at = header_bytes; readSync(file, frame, 0, frame.length, at) === frame.length; at += frame.length) {
    // A frame with another salt is left from before the log was last reused.
    if (!frame.subarray(8, 16).equals(header.subarray(16, 24))) break
    checksum = addTo(checksum, frame.subarray(0, 8), little_endian)
    checksum = addTo(checksum, frame.subarray(frame_header_bytes), little_endian)
    if (!isAt(checksum, frame, 16)) break
    const is_commit = frame.readUInt32BE(4) > 0
    if (is_commit) valid = at + frame.length
  }
  return valid
}
