import { isUtf8 } from 'node:buffer'
import { malformedFile, row_max_length, rowTooLong } from './malformed-file.ts'

/** An entry of an LDIF file: the line at which it begins, from 1, and its values by the name of the attribute in lower case. */
export type LdifRecord = { line: number; attributes: ReadonlyMap<string, readonly (string | Buffer)[]> }

type Line = { line: number; text: string }

// A photo may be in a line. Values of photos, and the later ones of the members of a group, are not kept.
const line_max_length = 16 * row_max_length
const value_max_length = 64 * 1024
const values_max = 100
const attributes_max = 1000

const lineTooLong = (line: number) => malformedFile(line, `it is longer than ${line_max_length} characters`)

/** The lines of a file, with those that continue another joined to it, without comments (RFC 2849). A blank line is an empty text. */
async function* unfoldedLines(texts: AsyncIterable<string>): AsyncGenerator<Line> {
  let rest = ''
  let line = 0
  let unfolded: Line | undefined
  const add = (text: string): Line | undefined => {
    line += 1
    if (text.startsWith(' ') && unfolded !== undefined && unfolded.text !== '') {
      unfolded.text += text.slice(1)
      if (unfolded.text.length > line_max_length) throw lineTooLong(unfolded.line)
      return undefined
    }
    const before = unfolded
    unfolded = { line, text }
    return before
  }
  for await (const text of texts) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > line_max_length) throw lineTooLong(line + 1)
    for (const each of lines) {
      const before = add(each.endsWith('\r') ? each.slice(0, -1) : each)
      if (before !== undefined && !before.text.startsWith('#')) yield before
    }
  }
  for (const each of [rest, '']) {
    const before = add(each)
    if (before !== undefined && !before.text.startsWith('#')) yield before
  }
  yield { line, text: '' }
}

/** The name and the value of an attribute. @throws {Refusal} `malformed_directory_file` */
function readAttribute({ line, text }: Line): [name: string, value: string | Buffer] {
  const [, name, , mark, value = ''] = /^([A-Za-z0-9.-]+)((?:;[A-Za-z0-9-]+)*):([:<]?) *(.*)$/s.exec(text) ?? []
  if (name === undefined) throw malformedFile(line, 'it is not of the form `attribute: value`')
  if (mark === '<')
    throw malformedFile(line, `the value of ${name} is a URL, which is not read: export the value itself`)
  if (mark !== ':') return [name.toLowerCase(), value]
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value.trim())) {
    throw malformedFile(line, `the value of ${name} is not base64, or the file was cut off`)
  }
  const bytes = Buffer.from(value, 'base64')
  return [name.toLowerCase(), isUtf8(bytes) ? bytes.toString() : bytes]
}

type Attributes = Map<string, (string | Buffer)[]>

/** Whether an entry of the file is one of the directory. ldapsearch ends with how the search ended. @throws {Refusal} */
function isEntry(line: number, attributes: Attributes): boolean {
  const result = attributes.get('result')?.[0]?.toString()
  if (attributes.has('search') && result !== undefined) {
    if (/^0\b/.test(result)) return false
    throw malformedFile(line, `the search ended with "${result.slice(0, 60)}": the file does not have all entries`)
  }
  const change = attributes.get('changetype')?.[0]
  if (change !== undefined && change !== 'add') {
    throw malformedFile(line, 'it is a change, and not an entry: export the entries of the directory')
  }
  if (attributes.has('dn')) return true
  // ldapsearch writes referrals without a name.
  if (attributes.size === 0 || attributes.has('ref')) return false
  throw malformedFile(line, 'the entry has no dn')
}

/**
 * Reads the entries of an LDIF file (RFC 2849), as slapcat, ldapsearch and ldifde write it, with one of them in memory. A value in base64 is
 * a text where it is UTF-8. Options of attribute names, such as `;lang-en`, are left out.
 *
 * @throws {Refusal} `malformed_directory_file`: also for a change, a value that is a URL, and a search that has not found everything
 */
export async function* readLdifRecords(texts: AsyncIterable<string>): AsyncGenerator<LdifRecord> {
  let attributes: Attributes = new Map()
  let line = 1
  let kept = 0
  for await (const each of unfoldedLines(texts)) {
    if (each.text === '') {
      if (isEntry(line, attributes)) yield { line, attributes }
      attributes = new Map()
      kept = 0
      continue
    }
    if (attributes.size === 0) line = each.line
    const [name, value] = readAttribute(each)
    if (name === 'version' && !attributes.has('dn')) continue
    if (attributes.size === attributes_max) {
      throw malformedFile(line, `the entry has more than ${attributes_max} attributes`)
    }
    const values = attributes.get(name) ?? []
    if (values.length < values_max && value.length <= value_max_length) {
      values.push(value)
      kept += value.length
      if (kept > row_max_length) throw rowTooLong(line)
    }
    attributes.set(name, values)
  }
}
