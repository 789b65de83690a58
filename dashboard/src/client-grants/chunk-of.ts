// A page of a list, and fewer than one request can name.
const part_max = 50

/**
 * The part of a list of texts that has one of them, as long as one request can name. Rows of the same part share a request.
 *
 * @param length_max the most characters of a part, each text with one more
 */
export function chunkOf(texts: readonly string[], text: string, length_max: number): readonly string[] {
  let chunk: string[] = []
  let length = 0
  for (const one of texts) {
    if (chunk.length === part_max || (chunk.length > 0 && length + one.length + 1 > length_max)) {
      if (chunk.includes(text)) return chunk
      chunk = []
      length = 0
    }
    chunk.push(one)
    length += one.length + 1
  }
  return chunk
}
