import { TextDecoder } from 'node:util'
import { invalidBody } from '../../../contract/refusal.ts'
import { malformedFile, row_max_length } from './malformed-file.ts'

const newline = 0x0a
// A sequence that a chunk cuts has at most so many bytes in it.
const cut_bytes_max = 3

/** The decoder of an encoding. @throws {Refusal} `invalid_body` for a label that is unknown */
export function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: true })
  } catch {
    throw invalidBody(`${charset} is not the WHATWG label of a character encoding`, 'options.charset')
  }
}

/** The label of the encoding that a byte-order mark names, or that of UTF-8. */
function markedEncoding(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}

function isDecodable(encoding: string, bytes: Uint8Array): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** How many lines of the bytes can be decoded before the first that cannot; the last line may be cut. */
function linesBefore(encoding: string, bytes: Uint8Array): number {
  let lines = 0
  let start = 0
  for (;;) {
    const end = bytes.indexOf(newline, start)
    if (end < 0 || !isDecodable(encoding, bytes.subarray(start, end))) return lines
    lines += 1
    start = end + 1
  }
}

/** The bytes without those at their beginning that continue a character of UTF-8. */
function fromCharacter(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80)
  return bytes.subarray(first < 0 ? bytes.length : first)
}

function countLines(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}

/** Joins first chunks until a byte-order mark would be whole. */
async function* withWholeStart(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let start: Uint8Array | undefined = new Uint8Array()
  for await (const chunk of input) {
    if (start === undefined) yield chunk
    else {
      start = Buffer.concat([start, chunk])
      if (start.length < 2) continue
      yield start
      start = undefined
    }
  }
  if (start !== undefined) yield start
}

/**
 * Decodes a file as it arrives, without its byte-order mark. The encoding is `charset` or else UTF-8, or UTF-16 where the file begins with
 * its byte-order mark. Bytes that are not in the encoding are never replaced.
 *
 * @param advice what to do where bytes are not in the encoding
 * @throws {Refusal} `malformed_directory_file` with the line and the advice; `invalid_body` for a label that is unknown
 */
export async function* decodeText(
  input: AsyncIterable<Uint8Array>,
  charset: string | undefined,
  advice = 'name the character encoding of the file in options.charset, such as windows-1252',
): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  let line = 1
  let before: Uint8Array = new Uint8Array()
  const decode = (chunk: Uint8Array, is_last: boolean): string => {
    decoder ??= decoderOf(charset ?? markedEncoding(chunk))
    try {
      return decoder.decode(chunk, { stream: !is_last })
    } catch {
      const { encoding } = decoder
      const bytes = Buffer.concat([fromCharacter(before), chunk])
      const reason = `its bytes are not ${encoding.toUpperCase()}: ${advice}`
      throw malformedFile(line + linesBefore(encoding, bytes), reason)
    }
  }
  for await (const chunk of withWholeStart(input)) {
    const text = decode(chunk, false)
    line += countLines(text)
    before = chunk.slice(-cut_bytes_max)
    if (text !== '') yield text
  }
  const rest = decode(new Uint8Array(), true)
  if (rest !== '') yield rest
}

/** A file and its beginning: its first character that is not white space (undefined where it has none), and the text up to there and more. */
export type StartedText = { first: string | undefined; head: string; texts: AsyncIterable<string> }

async function* rejoin(head: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield head
  yield* { [Symbol.asyncIterator]: () => rest }
}

/** Reads the beginning of a file, by which some formats tell their forms. */
export async function startText(texts: AsyncIterable<string>): Promise<StartedText> {
  const rest = texts[Symbol.asyncIterator]()
  let head = ''
  while (head.trim() === '') {
    const next = await rest.next()
    if (next.done === true) break
    if (head.length > row_max_length)
      throw malformedFile(1, `the file begins with more than ${row_max_length} blank lines`)
    // White space at the beginning has no meaning where the first character decides about the format, but its lines count.
    head = head.replaceAll(/[^\n]/g, '') + next.value
  }
  const first = head.trimStart()[0]
  return { first, head, texts: rejoin(head, rest) }
}
