/** A stream of bytes that begins with a line of text. */
export type LineAndRest = {
  line: string
  /** The bytes after the line. */
  rest: AsyncGenerator<Uint8Array>
  /** Reads the bytes after the line that `rest` has not read, to the end. */
  drain(): Promise<void>
}

const line_break = 0x0a

/** Reads the first line of a stream; without a line break, the whole stream is that line. @throws Error where the line is longer */
export async function readFirstLine(stream: AsyncIterable<Uint8Array>, max_bytes: number): Promise<LineAndRest> {
  const pieces = stream[Symbol.asyncIterator]()
  const read: Uint8Array[] = []
  let length = 0
  let after: Uint8Array | undefined
  while (after === undefined) {
    const next = await pieces.next()
    if (next.done === true) break
    const end = next.value.indexOf(line_break)
    const of_line = end < 0 ? next.value : next.value.subarray(0, end)
    if (end >= 0) after = next.value.subarray(end + 1)
    length += of_line.length
    if (length > max_bytes) throw new Error(`The first line has more than ${max_bytes} bytes.`)
    read.push(of_line)
  }

  async function* rest(): AsyncGenerator<Uint8Array> {
    if (after !== undefined && after.length > 0) yield after
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value
  }
  return {
    line: Buffer.concat(read).toString(),
    rest: rest(),
    async drain() {
      while ((await pieces.next()).done !== true);
    },
  }
}

/** The lines of a stream of text, each ended by a line break. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of stream) {
    const lines = (text + decoder.decode(piece, { stream: true })).split('\n')
    text = lines.pop() ?? ''
    yield* lines
  }
}
