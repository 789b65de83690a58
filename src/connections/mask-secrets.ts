/** A text to mask, and the name that replaces it. */
export type Secret = { name: string; text: string }

// A shorter text would be masked in too many unrelated words.
const length_min = 4
// Each line of the log is searched for every form.
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
 * Creates the function that masks secrets in text that a script wrote: an error message or `console.log` may repeat the
 * password or the configuration. At most 100 forms are masked, those of the first secrets first. Nothing is computed
 * before the first use.
 */
export function secretMask(secrets: readonly Secret[]): (text: string) => string {
  let known: [string, string][] | undefined
  const forms = (): [string, string][] => {
    const found = new Map<string, string>()
    for (const { name, text } of secrets) {
      if (text.length < length_min) continue
      for (const form of formsOf(text)) if (found.size < forms_max && !found.has(form)) found.set(form, name)
    }
    // A form may contain another one: longer ones are replaced first.
    return [...found].toSorted(([left], [right]) => right.length - left.length)
  }
  return (text) => {
    known ??= forms()
    return known.reduce((masked, [form, name]) => masked.replaceAll(form, () => `[${name}]`), text)
  }
}
