// The message of WrongUsernameOrPasswordError, unless a script passes another one.
const own_message = 'Wrong email or password.'
const neighbour_max = 64
const searches_per_s = 32

/** Whether what is found at a place of a text is the script's own. */
export type IsScriptText = (text: string, at: number, end: number) => boolean

/**
 * Creates the test whether a word and its neighbour occur together in a script: then the text is the script's own, not a secret. A script
 * decides how much it prints and how long its source is: the source is searched for 32 texts a second, and another one is none of its own, as
 * is a word of more than 64 characters.
 */
export function scriptTextIn(source: string): IsScriptText {
  const known = new Map<string, boolean>()
  let from = -Infinity
  const occurs = (literal: string): boolean => {
    const answer = known.get(literal)
    if (answer !== undefined) return answer
    if (own_message.includes(literal)) return true
    const now = performance.now()
    if (now - from >= 1000) {
      from = now
      known.clear()
    }
    if (known.size >= searches_per_s) return false
    const is_own = source.includes(literal)
    known.set(literal, is_own)
    return is_own
  }
  return (text, at, end) => {
    if (end - at > neighbour_max) return false
    const found = text.slice(at, end)
    if (!occurs(found)) return false
    const [before] = /\S+\s+$/.exec(text.slice(Math.max(0, at - neighbour_max), at)) ?? []
    if (before !== undefined && occurs(before + found)) return true
    const [after] = /^\s+\S+/.exec(text.slice(end, end + neighbour_max)) ?? []
    return after !== undefined && occurs(found + after)
  }
}
