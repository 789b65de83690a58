/** A text that must not be told, and the word that stands in its place. */
export type Secret = { name: string; text: string }

// Shorter texts stand in too many words.
const shortest = 4
// A line of the log is searched for each form: so many at most.
const forms_max = 100

/** The forms in which programs print a text: as it is, in JSON, in addresses, in forms, and in the usual encodings. */
function formsOf(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const bytes = Buffer.from(text)
  return [
    text,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(text.toWellFormed()),
    new URLSearchParams({ '': text }).toString().slice(1),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ]
}

/**
 * Makes what takes secrets out of a text that a script wrote: a clumsy error message or `console.log` repeats what
 * was typed or configured. The first secrets count most. Nothing is computed before the first use.
 */
export function secretMask(secrets: readonly Secret[]): (text: string) => string {
  let known: [string, string][] | undefined
  const forms = (): [string, string][] => {
    const found = new Map<string, string>()
    for (const { name, text } of secrets) {
      if (text.length < shortest) continue
      for (const form of formsOf(text)) if (found.size < forms_max && !found.has(form)) found.set(form, name)
    }
    // Of two forms one of which holds the other, the longer one goes first.
    return [...found].toSorted(([left], [right]) => right.length - left.length)
  }
  return (text) => {
    known ??= forms()
    return known.reduce((masked, [form, name]) => masked.replaceAll(form, () => `[${name}]`), text)
  }
}
