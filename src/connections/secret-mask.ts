/** A secret text, and the name that replaces it. */
export type Secret = { name: string; text: string }

// A shorter text is masked nowhere: it is a part of too many messages.
const length_min = 4
// Each line of the log is searched for every form. Plain ones are not limited: a secret that is not searched for is shown.
const encoded_max = 500

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

/** The forms beside the plain one in which programs print a text, the more frequent ones first. */
const encodings: readonly ((text: string) => string)[] = [
  inJson,
  (text) => inJson(inJson(text)),
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => new URLSearchParams({ '': text }).toString().slice(1),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => Buffer.from(text).toString('hex'),
]

/** The forms of secrets, each with the name that replaces it: all plain ones, and 500 encoded ones. */
function formsOf(secrets: readonly Secret[]): Map<string, string> {
  const masked = secrets.filter(({ text }) => text.length >= length_min)
  const forms = new Map(masked.map(({ name, text }) => [text, name]))
  const max = forms.size + encoded_max
  for (const encode of encodings) {
    for (const { name, text } of masked) {
      if (forms.size >= max) return forms
      const form = encode(text)
      if (!forms.has(form)) forms.set(form, name)
    }
  }
  return forms
}

// A letter or digit beside a form makes it a part of a longer word, unless it belongs to an escape such as \\n or %20.
const word = String.raw`[\p{L}\p{N}_]`
const begins_word = String.raw`(?:(?<!${word})|(?<=\\[bfnrt])|(?<=%[0-9A-Fa-f]{2}))`

// A longer text is part of no other word by accident.
const anywhere_length_min = 12

/** Finds a form: a short one as a whole word only. */
function patternOf(form: string): RegExp {
  const escaped = form.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
  if (form.length >= anywhere_length_min) return new RegExp(escaped, 'gu')
  const starts = new RegExp(`^${word}`, 'u').test(form) ? begins_word : ''
  const ends = new RegExp(`${word}$`, 'u').test(form) ? `(?!${word})` : ''
  return new RegExp(`${starts}${escaped}${ends}`, 'gu')
}

// The message of WrongUsernameOrPasswordError, unless a script passes another one.
const own_message = 'Wrong email or password.'
const neighbour_max = 64

/** Whether a word and its neighbour occur together in the script: then the text is the script's own, not a secret. */
function isScriptText(source: string, text: string, at: number, found: string): boolean {
  const [before] = /\S+\s+$/.exec(text.slice(Math.max(0, at - neighbour_max), at)) ?? []
  const end = at + found.length
  const [after] = /^\s+\S+/.exec(text.slice(end, end + neighbour_max)) ?? []
  const occurs = (literal: string): boolean => source.includes(literal) || own_message.includes(literal)
  return (before !== undefined && occurs(before + found)) || (after !== undefined && occurs(found + after))
}

/**
 * Creates a function that masks secrets in the text of a script, whose error messages and `console.log` may repeat the password or the
 * configuration. Short secrets are masked as whole words, and no secret within the script's own text: a user who types `wrong` does not
 * change the message "wrong password". It masks every secret in its plain form, and at most 500 encoded forms of them (JSON, URL, form, base64,
 * hex; each encoding of all secrets before the next one), and computes them at its first call.
 *
 * @param source the source of the script
 */
export function secretMask(secrets: readonly Secret[], source: string): (text: string) => string {
  let known: [form: string, name: string][] | undefined
  return (text) => {
    // A form may contain another one, so longer ones are replaced first.
    known ??= [...formsOf(secrets)].toSorted(([left], [right]) => right.length - left.length)
    return known.reduce((masked, [form, name]) => {
      if (!masked.includes(form)) return masked
      return masked.replace(patternOf(form), (found: string, at: number) =>
        isScriptText(source, masked, at, found) ? found : `[${name}]`,
      )
    }, text)
  }
}
