import { cut_mark, cutText } from '../base/cut-text.ts'
import { process_bounds } from '../sandbox/limits.ts'
import { scriptTextIn, type IsScriptText } from './script-text.ts'

/** A secret text, and the name that replaces it. */
export type Secret = { name: string; text: string }

// A shorter text is masked nowhere: it is a part of too many messages.
const length_min = 4
// Each line of the log is searched for every form. Plain ones are not limited: a secret that is not searched for is shown.
const encoded_max = 500
// The forms of a connection are kept. Those of a configuration of 70,000 characters fit.
const encoded_length_max = 500_000
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

/** The forms of secrets, each with the name that replaces it: all plain ones, and 500 encoded ones of up to 500,000 characters together. */
function formsOf(secrets: readonly Secret[]): Map<string, string> {
  const masked = secrets.filter(({ text }) => text.length >= length_min)
  const forms = new Map(masked.map(({ name, text }) => [withoutMasked(text), name]))
  const max = forms.size + encoded_max
  let length = 0
  for (const encode of encodings) {
    for (const { name, text } of masked) {
      if (forms.size >= max) return forms
      const form = encode(text)
      if (forms.has(form)) continue
      length += form.length
      if (length > encoded_length_max) return forms
      forms.set(form, name)
    }
  }
  return forms
}

// V8 searches for a text of so many characters in linear time; for a longer one the time can grow with the product of both lengths.
const start_max = 250

// One for all: a stack for each of thousands of texts takes longer than the search.
const out_of_work = new Error('the texts of this turn of the event loop need too much work')

/** Counts work. @throws `out_of_work` once it is more than a turn of the event loop may do */
type Spend = (work: number) => void

// In characters that are searched. To begin a search takes as long as 50 of them, and what is done where a form is found as long as 1,000.
const work_max = 32_000_000
const work_of_search = 50
const work_of_found = 1000
const not_searched = '[a text that was not searched for secrets]'

/** Counts work of this turn of the event loop. */
function countWork(): Spend {
  let left = work_max
  return (work) => {
    if (left === work_max) setImmediate(() => (left = work_max))
    left -= work
    if (left < 0) throw out_of_work
  }
}

/** Forms of the same start, which is searched for. Where it occurs, the form is masked as far as it goes on. */
type Search = { start: string; forms: [form: string, name: string][] }

/** A number for the four characters at a place of a text. Others may have the same one. */
function keyAt(text: string, at: number): number {
  let key = 0
  for (let nth = 0; nth < length_min; nth += 1) key = (Math.imul(key, 4099) + text.charCodeAt(at + nth)) & 0x3fffffff
  return key
}

/** What is searched for. The longest forms of each search come first: a form may contain another one. */
type Searches = {
  /** By the key of their first four characters. */
  by_key: Map<number, Search[]>
  /** Their first characters, one to three of them. */
  short_starts: Set<string>
}

function searchesOf(forms: ReadonlyMap<string, string>): Searches {
  const searches = new Map<string, Search>()
  for (const [form, name] of [...forms].toSorted(([left], [right]) => right.length - left.length)) {
    const start = form.slice(0, start_max)
    const search = searches.get(start)
    if (search) search.forms.push([form, name])
    else searches.set(start, { start, forms: [[form, name]] })
  }
  const by_key = new Map<number, Search[]>()
  const short_starts = new Set<string>()
  for (const search of searches.values()) {
    const key = keyAt(search.start, 0)
    const of_key = by_key.get(key)
    if (of_key) of_key.push(search)
    else by_key.set(key, [search])
    for (let length = 1; length < length_min; length += 1) short_starts.add(search.start.slice(0, length))
  }
  return { by_key, short_starts }
}

/**
 * The searches whose first four characters occur in a text. Most texts have those of few secrets.
 *
 * @throws `out_of_work`
 */
function searchesIn(text: string, { by_key }: Searches, spend: Spend): Search[] {
  spend(text.length)
  const found = new Set<Search[]>()
  for (let at = 0; at + length_min <= text.length; at += 1) {
    const of_key = by_key.get(keyAt(text, at))
    if (of_key) found.add(of_key)
  }
  for (const { length } of found) spend(length * (text.length + work_of_search))
  return [...found].flat()
}

const lengthOf = ({ forms: [longest] }: Search): number => longest?.[0].length ?? 0

/** Secrets with what is searched for, which is made at the first use and kept. */
export type KnownSecrets = { count: number; searches(): Searches }

/** Creates secrets that many masks have, such as those of a connection: to make the forms of thousands takes much longer than to search for them. */
export function knownSecrets(secrets: readonly Secret[]): KnownSecrets {
  let made: Searches | undefined
  return { count: secrets.length, searches: () => (made ??= searchesOf(formsOf(secrets))) }
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

type MaskDeps = { isScriptText: IsScriptText; spend: Spend }

/** A part of a text, and what is written in its place. */
type Masked = { at: number; end: number; written: string }

/**
 * Adds where a form is to `masked`, and returns the text with NUL there: its length and its places stay.
 *
 * @throws `out_of_work`
 */
function maskForm(text: string, search: Search, masked: Masked[], { isScriptText, spend }: MaskDeps): string {
  let rest = ''
  let from = 0
  let at = text.indexOf(search.start)
  while (at >= 0) {
    spend(work_of_found)
    const [end, name] = longestAt(text, at, search)
    const in_word = isPartOfWord(text, at, end)
    if (!in_word && !isScriptText(text, at, end)) {
      masked.push({ at, end, written: `[${name}]` })
      rest += text.slice(from, at) + masked_character.repeat(end - at)
      from = end
    }
    at = text.indexOf(search.start, in_word ? at + 1 : end)
  }
  return rest + text.slice(from)
}

/** Where the beginning of a form reaches up to a place where a text was cut. One of less than four characters is left out. */
function cutForm(text: string, end: number, { by_key, short_starts }: Searches, spend: Spend): Masked | undefined {
  spend(start_max)
  for (let at = Math.max(0, end - start_max); at + length_min <= end; at += 1) {
    for (const { start, forms } of by_key.get(keyAt(text, at)) ?? []) {
      spend(start_max)
      if (start.startsWith(text.slice(at, end))) return { at, end, written: `[${forms[0]?.[1]}]` }
    }
  }
  for (let length = Math.min(length_min - 1, end); length > 0; length -= 1) {
    if (short_starts.has(text.slice(end - length, end))) return { at: end - length, end, written: '' }
  }
  return undefined
}

/** Adds the beginnings of forms at the places where a text was cut. */
function maskCuts(text: string, searches: Searches[], masked: Masked[], spend: Spend): void {
  for (let end = text.indexOf(cut_mark); end >= 0; end = text.indexOf(cut_mark, end + 1)) {
    const found = searches.flatMap((each) => cutForm(text, end, each, spend) ?? [])
    const [longest] = found.toSorted((left, right) => left.at - right.at)
    if (longest) masked.push(longest)
  }
}

/** A text with names in place of what is masked, cut where it becomes longer than it was and than a line of the log. */
function writeMasked(text: string, masked: readonly Masked[]): string {
  const length_max = Math.max(text.length, process_bounds.log_text_length)
  let written = ''
  let from = 0
  for (const { at, end, written: shown } of masked.toSorted((left, right) => left.at - right.at)) {
    if (written.length > length_max) break
    written += text.slice(from, at) + shown
    from = end
  }
  return cutText(written + text.slice(from), length_max)
}

/**
 * Creates a function that masks secrets in the text of a script, whose error messages and `console.log` may repeat the password or the
 * configuration. Short secrets are masked as whole words, and no secret of up to 64 characters within the script's own text: a user who
 * types `wrong` does not change the message "wrong password". It masks every secret in its plain form, and at most 500 encoded forms of
 * up to 500,000 characters together of them, and of the known ones (JSON, URL, form, base64, hex; each encoding of all before the next one), which it computes at its first call. Of a form of more
 * than 250 characters the beginning is masked, too, and of any form where `cutText` cut the text. With more than 2,000 secrets each text is
 * masked as a whole.
 *
 * A text is searched for the forms whose first four characters it has. Their number times its length is work: beyond 32 million in one turn
 * of the event loop, each further text is masked as a whole. Names may be longer than secrets: a result that is longer than its text is cut at
 * 8,192 characters.
 *
 * @param source the source of the script
 * @param known further secrets
 */
export function secretMask(
  secrets: readonly Secret[],
  source: string,
  known: KnownSecrets = knownSecrets([]),
): (text: string) => string {
  if (secrets.length + known.count > secrets_max)
    return () => `[a text of a script with more than ${secrets_max} secrets]`
  const own = knownSecrets(secrets)
  const spend = countWork()
  const deps = { isScriptText: scriptTextIn(source), spend }
  return (given) => {
    const searches = [own.searches(), known.searches()]
    const text = withoutMasked(given)
    const masked: Masked[] = []
    try {
      let rest = text
      const found = searches.flatMap((each) => searchesIn(text, each, spend))
      for (const search of found.toSorted((left, right) => lengthOf(right) - lengthOf(left)))
        rest = maskForm(rest, search, masked, deps)
      maskCuts(rest, searches, masked, spend)
    } catch (error) {
      if (error === out_of_work) return not_searched
      throw error
    }
    return writeMasked(text, masked)
  }
}
