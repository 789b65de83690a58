/** A text of at most so many characters; of a longer one the first so many, and `…`. */
export function cutText(text: string, length_max: number): string {
  return text.length > length_max ? `${text.slice(0, length_max)}…` : text
}
