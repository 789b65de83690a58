// The files of imports and exports, which are read and written where a command is typed.
import {
  closeSync,
  createWriteStream,
  existsSync,
  fstatSync,
  openSync,
  read,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGunzip, createGzip } from 'node:zlib'
import { refuse } from './store-command.ts'

/** A file to read: its size, its bytes, and how to close it. */
export type InputFile = { size_bytes: number; read(): AsyncIterable<Uint8Array>; close(): void }

const read_bytes = 256 * 1024

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'

const readPiece = promisify(read)

/** The bytes of an open file. A stream of Node would close it where its reader fails. */
async function* bytesOf(fd: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await readPiece(fd, Buffer.allocUnsafe(read_bytes), 0, read_bytes, null)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

/** Opens a file to read. @throws {Refusal} where it cannot be read, is a folder, or is empty */
export function openInput(file: string): InputFile {
  let fd: number
  try {
    fd = openSync(file, 'r')
  } catch (error) {
    return refuse(`--file ${file} cannot be read (${codeOf(error)}).`)
  }
  const stat = fstatSync(fd)
  const problem = stat.isDirectory() ? 'is a folder' : stat.isFile() && stat.size === 0 ? 'is empty' : undefined
  if (problem !== undefined) {
    closeSync(fd)
    return refuse(`--file ${file} ${problem}.`)
  }
  return {
    size_bytes: stat.size,
    read: () => bytesOf(fd),
    close: () => closeSync(fd),
  }
}

/** Refuses the name of a new file that exists, or whose folder does not. @throws {Refusal} */
export function requireNewFile(file: string, option: string): void {
  if (existsSync(file)) refuse(`${option} ${file} exists: the command does not replace a file.`)
  const folder = path.dirname(path.resolve(file))
  if (!existsSync(folder)) refuse(`${option} ${file}: there is no folder ${folder}.`)
}

/**
 * Writes the file of a job to a new file that only its owner can read, and returns its size. It is complete or not there.
 *
 * A file whose name ends with `.gz` is compressed.
 *
 * @param is_compressed whether the content is compressed (gzip)
 */
export async function writeJobContent(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  file: string,
  { is_compressed, signal }: { is_compressed: boolean; signal: AbortSignal },
): Promise<number> {
  const written = `${file}.${process.pid}.new`
  try {
    const output = createWriteStream(written, { flags: 'wx', mode: 0o600 })
    if (is_compressed === file.endsWith('.gz')) await pipeline(content, output, { signal })
    else await pipeline(content, is_compressed ? createGunzip() : createGzip(), output, { signal })
    renameSync(written, file)
    return statSync(file).size
  } finally {
    rmSync(written, { force: true })
  }
}

/** A new file of lines that only its owner can read. It is made with the first line. */
export function createLineFile(file: string): { write(line: string): void; close(): void } {
  let fd: number | undefined
  return {
    write(line) {
      fd ??= openSync(file, 'wx', 0o600)
      writeSync(fd, `${line}\n`)
    },
    close() {
      if (fd !== undefined) closeSync(fd)
    },
  }
}
