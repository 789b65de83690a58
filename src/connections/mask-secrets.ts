/** A secret text, and the name that replaces it. */
export type Secret = { name: string; text: string }

// A shorter text would be masked in too many unrelated words.
const length_min = 4
// Each line of the log is searched for every form.
const forms_max = 100

/** The forms in which programs print a text: plain, in JSON, URL-encoded, form-encoded, in base64 and in hex. */
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
 * Creates a function that masks secrets in the text of a script, whose error messages and `console.log` may repeat the password or the
 * configuration. It masks at most 100 forms, those of the first secrets first, and computes them at its first call.
 */
export function secretMask(secrets: readonly Secret[]): (text: string) => string {
  let known: [string, string][] | undefined
  const forms = (): [string, string][] => {
    const found = new Map<string, string>()
    for (const { name, text } of secrets) {
      if (text.length < length_min) continue
      for (const form of formsOf(text)) if (found.size < forms_max && !found.has(form)) found.set(form, name)
    }
    // A form may contain another one, so longer ones are replaced first.
    return [...found].toSorted(([left], [right]) => right.length - left.length)
  }
  return (text) => {
    known ??= forms()
    return known.reduce((masked, [form, name]) => masked.replaceAll(form, () => `[${name}]`), text)
  }
}
