import { cutText } from '../base/cut-text.ts'
import { process_bounds } from '../sandbox/limits.ts'
import { scriptTextIn, type IsScriptText } from './script-text.ts'

/** A secret text, and the name that replaces it. */
export type Secret = { name: string; text: string }

// A shorter text is masked nowhere: it is a part of too many messages.
const length_min = 4
// Each line of the log is searched for every form. Plain ones are not limited: a secret that is not searched for is shown.
const encoded_max = 500
const secrets_max = 2000

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

// NUL takes the place of what is masked while further secrets are searched for. No text and no form has one of its own.
const masked_character = '\u0000'
const withoutMasked = (text: string): string => text.replaceAll(masked_character, '\u{fffd}')

/** The forms of secrets, each with the name that replaces it: all plain ones, and 500 encoded ones. */
function formsOf(secrets: readonly Secret[]): Map<string, string> {
  const masked = secrets.filter(({ text }) => text.length >= length_min)
  const forms = new Map(masked.map(({ name, text }) => [withoutMasked(text), name]))
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

// V8 searches for a text of so many characters in linear time; for a longer one the time can grow with the product of both lengths.
const start_max = 250

/** Forms of the same start, which is searched for. Where it occurs, the form is masked as far as it goes on. */
type Search = { start: string; forms: [form: string, name: string][] }

/** What is searched for, the longest forms first: a form may contain another one. */
function searchesOf(forms: ReadonlyMap<string, string>): Search[] {
  const searches = new Map<string, Search>()
  for (const [form, name] of [...forms].toSorted(([left], [right]) => right.length - left.length)) {
    const start = form.slice(0, start_max)
    const search = searches.get(start)
    if (search) search.forms.push([form, name])
    else searches.set(start, { start, forms: [[form, name]] })
  }
  return [...searches.values()]
}

/** How many characters of a form occur at a place of a text. */
function lengthAt(text: string, at: number, form: string, from: number): number {
  let length = from
  while (length < form.length && text.charCodeAt(at + length) === form.charCodeAt(length)) length += 1
  return length
}

/** The form that goes on longest at a place of a text where its start occurs: its end there, and its name. */
function longestAt(text: string, at: number, { start, forms }: Search): [end: number, name: string] {
  let longest: [end: number, name: string] = [0, '']
  for (const [form, name] of forms) {
    const end = at + lengthAt(text, at, form, start.length)
    if (end > longest[0]) longest = [end, name]
  }
  return longest
}

// A letter or digit beside a form makes it a part of a longer word, unless it belongs to an escape such as \\n or %20.
const word_begins = /^[\p{L}\p{N}_]/u
const word_ends = /[\p{L}\p{N}_]$/u
const escape_ends = /(?:\\[bfnrt]|%[0-9A-Fa-f]{2})$/

// A longer text is part of no other word by accident.
const anywhere_length_min = 12

/** Whether what is found is a short part of a longer word. */
function isPartOfWord(text: string, at: number, end: number): boolean {
  if (end - at >= anywhere_length_min) return false
  const found = text.slice(at, end)
  const before = text.slice(Math.max(0, at - 3), at)
  if (word_begins.test(found) && word_ends.test(before) && !escape_ends.test(before)) return true
  return word_ends.test(found) && word_begins.test(text.slice(end, end + 2))
}

type Masked = { at: number; end: number; name: string }

/** Adds where a form is to `masked`, and returns the text with NUL there: its length and its places stay. */
function maskForm(text: string, search: Search, masked: Masked[], isScriptText: IsScriptText): string {
  let rest = ''
  let from = 0
  let at = text.indexOf(search.start)
  while (at >= 0) {
    const [end, name] = longestAt(text, at, search)
    const in_word = isPartOfWord(text, at, end)
    if (!in_word && !isScriptText(text, at, end)) {
      masked.push({ at, end, name })
      rest += text.slice(from, at) + masked_character.repeat(end - at)
      from = end
    }
    at = text.indexOf(search.start, in_word ? at + 1 : end)
  }
  return rest + text.slice(from)
}

/** A text with names in place of what is masked, cut where it becomes longer than it was and than a line of the log. */
function writeMasked(text: string, masked: readonly Masked[]): string {
  const length_max = Math.max(text.length, process_bounds.log_text_length)
  let written = ''
  let from = 0
  for (const { at, end, name } of masked.toSorted((left, right) => left.at - right.at)) {
    if (written.length > length_max) break
    written += `${text.slice(from, at)}[${name}]`
    from = end
  }
  return cutText(written + text.slice(from), length_max)
}

/**
 * Creates a function that masks secrets in the text of a script, whose error messages and `console.log` may repeat the password or the
 * configuration. Short secrets are masked as whole words, and no secret of up to 64 characters within the script's own text: a user who
 * types `wrong` does not change the message "wrong password". It masks every secret in its plain form, and at most 500 encoded forms of them
 * (JSON, URL, form, base64, hex; each encoding of all secrets before the next one), and computes them at its first call. Of a form of more
 * than 250 characters the beginning is masked, too. With more than 2,000 secrets each text is masked as a whole.
 *
 * The time of a call grows with the length of the text and with the number of forms, not with the product of two lengths. Names may be longer
 * than secrets: a result that is longer than its text is cut at 8,192 characters.
 *
 * @param source the source of the script
 */
export function secretMask(secrets: readonly Secret[], source: string): (text: string) => string {
  if (secrets.length > secrets_max) return () => `[a text of a script with more than ${secrets_max} secrets]`
  let searches: Search[] | undefined
  const isScriptText = scriptTextIn(source)
  return (given) => {
    searches ??= searchesOf(formsOf(secrets))
    const text = withoutMasked(given)
    const masked: Masked[] = []
    let rest = text
    for (const search of searches)
      if (search.start.length <= text.length) rest = maskForm(rest, search, masked, isScriptText)
    return writeMasked(text, masked)
  }
}
