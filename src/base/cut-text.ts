/** What follows a text that was cut. The runner of the sandbox writes it, too: `encode.cjs`. */
export const cut_mark = '… (cut)'

/** A text of at most so many characters; of a longer one the first so many, and `… (cut)`. */
export function cutText(text: string, length_max: number): string {
  return text.length > length_max ? `${text.slice(0, length_max)}${cut_mark}` : text
}
