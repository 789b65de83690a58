import lucene, { type AST, type Node } from 'lucene'

/** A search as a tree. `field` is null for a term without a field; `at` is the place in the text, counted from 1. */
export type SearchQuery =
  | { kind: 'everything' }
  | { kind: 'all'; of: SearchQuery[] }
  | { kind: 'any'; of: SearchQuery[] }
  | { kind: 'not'; of: SearchQuery }
  /** `pieces` are the texts between wildcards: `a*b` gives two, an exact value one. */
  | { kind: 'term'; field: string | null; pieces: string[]; quoted: boolean; at: number }
  | { kind: 'range'; field: string; min?: Bound; max?: Bound; at: number }
  | { kind: 'exists'; field: string }

/** One end of a range. */
export type Bound = { value: string; inclusive: boolean }

/** A search query is refused; the message is the reason, with the place in the text, counted from 1, for its author. */
export class SearchProblem extends Error {
  constructor(reason: string, at: number, options?: ErrorOptions) {
    super(`${reason} at character ${at}`, options)
    this.name = 'SearchProblem'
  }
}

const length_max = 2000
const clauses_max = 50
const depth_max = 10
const literal_min = 3

// Each level of a member path doubles the cost of a clause, since arrays on the path are expanded; the first access to a
// document parses it.
const nesting_max = 128
const nesting_min = 4

// `skipped`: the blanks before the text that the library reads.
type Reading = { clauses: number; nesting: number; skipped: number }
type Clause = { query: SearchQuery; sign: '' | '+' | '-' }

/** Splits at wildcards and removes escapes: `a\*b*` gives `a*b` and an empty piece. */
function piecesOf(term: string): string[] {
  const pieces = ['']
  for (let index = 0; index < term.length; index += 1) {
    const character = term[index] ?? ''
    if (character === '\\' && index + 1 < term.length) {
      index += 1
      pieces.push((pieces.pop() ?? '') + (term[index] ?? ''))
    } else if (character === '*') pieces.push('')
    else pieces.push((pieces.pop() ?? '') + character)
  }
  return pieces
}

const plain = (term: string): string => term.replaceAll(/\\(.)/g, '$1')

const comparison = /^(>=|<=|>|<)(.+)$/

/** The place of a node: of its term, else of its field. */
function placeOf({ skipped }: Reading, node: AST | Node): number {
  const location = 'termLocation' in node ? node.termLocation : 'left' in node ? undefined : node.fieldLocation
  return (location?.start.offset ?? 0) + skipped + 1
}

function readTerm(node: Extract<Node, { term: string }>, field: string | null, at: number): SearchQuery {
  if (node.regex) throw new SearchProblem('A regular expression, which is not supported,', at)
  if (field === '_exists_') return { kind: 'exists', field: plain(node.term) }
  if (node.quoted) return { kind: 'term', field, pieces: [plain(node.term)], quoted: true, at }
  const compared = comparison.exec(node.term)
  if (field !== null && compared) {
    const [, operator = '', value = ''] = compared
    const bound = { value: plain(value), inclusive: operator.endsWith('=') }
    return { kind: 'range', field, ...(operator.startsWith('>') ? { min: bound } : { max: bound }), at }
  }
  const pieces = piecesOf(node.term)
  if (pieces.length > 1 && pieces.every((piece) => piece === '')) {
    return field === null || field === '*' ? { kind: 'everything' } : { kind: 'exists', field }
  }
  const literals = Array.from(pieces.join('')).length
  if (pieces.length > 1 && (pieces[0] === '' || pieces.length > 2) && literals < literal_min) {
    throw new SearchProblem(`A wildcard with fewer than ${literal_min} other characters before or within a term`, at)
  }
  return { kind: 'term', field, pieces, quoted: false, at }
}

function signOf(mark: string | null | undefined): Clause['sign'] {
  if (mark === '+') return '+'
  return mark === '-' || mark === '!' ? '-' : ''
}

function readNode(reading: Reading, node: AST | Node, outer: string | null): Clause {
  const at = placeOf(reading, node)
  const written = 'field' in node && node.field !== undefined && node.field !== '<implicit>' ? node.field : null
  // The library leaves the sign of `-field:value` in the field's name.
  const sign = signOf(written?.[0])
  const own = written === null ? null : plain(sign === '' ? written : written.slice(1))
  if (own !== null && outer !== null) throw new SearchProblem('A field within the value of another field', at)
  const field = own ?? outer
  // The library reads a lone operator as a tree with nothing in it.
  if (!('left' in node) && !('term_min' in node) && typeof node.term !== 'string')
    throw new SearchProblem('Bad syntax', at)
  if ('left' in node) return { query: readChain(reading, node, field), sign }
  reading.clauses += 1
  if (reading.clauses > clauses_max) throw new SearchProblem(`More than ${clauses_max} terms`, at)
  const steps = (field?.split('.').length ?? 1) - 1
  if (steps > 0) reading.nesting += Math.max(nesting_min, 2 ** steps)
  if (reading.nesting > nesting_max) throw new SearchProblem('Too many terms that look into nested members', at)
  if ('term_min' in node) {
    if (field === null) throw new SearchProblem('A range without a field', at)
    const bound = (value: string, inclusive: boolean): Bound | undefined =>
      value === '*' ? undefined : { value: plain(value.replaceAll(/^"|"$/g, '')), inclusive }
    const min = bound(node.term_min, node.inclusive === 'both' || node.inclusive === 'left')
    const max = bound(node.term_max, node.inclusive === 'both' || node.inclusive === 'right')
    return { query: { kind: 'range', field, ...(min && { min }), ...(max && { max }), at }, sign }
  }
  const prefix = signOf(node.prefix)
  return { query: readTerm(node, field, at), sign: prefix === '' ? sign : prefix }
}

const negate = (clause: Clause): Clause => ({ query: { kind: 'not', of: signed(clause) }, sign: '' })
const signed = (clause: Clause): SearchQuery => (clause.sign === '-' ? { kind: 'not', of: clause.query } : clause.query)

/** Clauses without an operator between them: required and prohibited ones, and of the rest at least one (Lucene's boolean query). */
function juxtaposed(clauses: Clause[]): SearchQuery {
  const [only] = clauses
  if (clauses.length === 1 && only) return signed(only)
  const musts = clauses.filter((clause) => clause.sign !== '').map(signed)
  const shoulds = clauses.filter((clause) => clause.sign === '').map((clause) => clause.query)
  const demanded = clauses.some((clause) => clause.sign === '+')
  if (demanded || shoulds.length === 0) return { kind: 'all', of: musts }
  const any: SearchQuery = shoulds.length === 1 && shoulds[0] ? shoulds[0] : { kind: 'any', of: shoulds }
  return musts.length === 0 ? any : { kind: 'all', of: [...musts, any] }
}

/** A chain of clauses: AND has a higher precedence than no operator, and that a higher one than OR. */
function readChain(reading: Reading, chain: AST, field: string | null): SearchQuery {
  const alternatives: Clause[][] = [[]]
  let rest: AST | Node | undefined = chain
  let operator: string = 'start'
  while (rest !== undefined) {
    const here: AST | Node = rest
    const isChain: boolean = 'left' in here && (here === chain || !('parenthesized' in here && here.parenthesized))
    const left: AST | Node = isChain && 'left' in here ? here.left : here
    const starts = isChain && 'start' in here && here.start !== undefined
    let clause = readNode(reading, left, field)
    if (operator.includes('NOT') !== starts) clause = negate(clause)
    const last = alternatives.at(-1) ?? []
    if (operator.startsWith('AND') || operator === '&&') {
      const before = last.pop()
      last.push(before ? { query: { kind: 'all', of: [signed(before), signed(clause)] }, sign: '' } : clause)
    } else if (operator.startsWith('OR') || operator === '||') alternatives.push([clause])
    else last.push(clause)
    if (isChain && 'right' in here) {
      operator = here.operator
      rest = here.right
    } else rest = undefined
  }
  const any = alternatives.map(juxtaposed)
  return any.length === 1 && any[0] ? any[0] : { kind: 'any', of: any }
}

/** The place of an error of the parser, counted from 1 in the text that it read. */
function errorPlace(error: unknown): number {
  const { location } = error as { location?: { start?: { offset?: unknown } } }
  const offset = location?.start?.offset
  return typeof offset === 'number' ? offset + 1 : 1
}

type Groups = ReadonlyMap<number, AST>

/** A tree of a text with groups in place of the terms that stand for them. */
function withGroups<T extends AST | Node>(node: T, groups: Groups): T {
  if ('left' in node) {
    const right = 'right' in node && node.right ? { right: withGroups(node.right, groups) } : {}
    return { ...node, left: withGroups(node.left, groups), ...right }
  }
  const group = 'term' in node ? groups.get(node.termLocation.start.offset) : undefined
  if (!group) return node
  const { field, fieldLocation } = node
  return { ...group, parenthesized: true, field, fieldLocation } as unknown as T
}

/** Parses a text in which terms stand for the groups in parentheses. @throws {SearchProblem} */
function parseLevel(text: string, groups: Groups, skipped: number): AST {
  const end = text.trimEnd().length
  // The library overlooks an operator that nothing follows.
  if (/(^|\s)(AND|OR|NOT|&&|\|\||!|\+|-)$/.test(text.slice(0, end)))
    throw new SearchProblem('Bad syntax: nothing follows the operator', end + skipped)
  try {
    return withGroups(lucene.parse(text), groups)
  } catch (error) {
    throw new SearchProblem('Bad syntax', errorPlace(error) + skipped, { cause: error })
  }
}

/**
 * Parses a text, groups in parentheses before what they are in: the time of the library grows exponentially with their depth. A term of the
 * same length takes the place of a group, so that the places of all terms stay. Escaped parentheses, and those in quotation marks, are none.
 *
 * @throws {SearchProblem} on bad syntax, and for too many or too deep parentheses
 */
function parseGroups(text: string, skipped: number): AST {
  const groups = new Map<number, AST>()
  const open: number[] = []
  let rest = text
  let quoted = false
  let all = 0
  const fail = (reason: string, index: number): never => {
    throw new SearchProblem(reason, index + skipped + 1)
  }
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (character === '\\') index += 1
    else if (character === '"') quoted = !quoted
    else if (!quoted && character === '(') {
      all += 1
      open.push(index)
      if (all > clauses_max) fail(`More than ${clauses_max} parentheses`, index)
      if (open.length > depth_max) fail(`More than ${depth_max} parentheses in one another`, index)
    } else if (!quoted && character === ')') {
      const from = open.pop() ?? fail('Bad syntax', index)
      const inner = rest.slice(from + 1, index)
      if (inner.trim() === '') fail('Bad syntax', index)
      groups.set(from + 1, parseLevel(' '.repeat(from + 1) + inner, groups, skipped))
      rest = `${rest.slice(0, from)} x${' '.repeat(index - from - 1)}${rest.slice(index + 1)}`
    }
  }
  if (open.length > 0) fail('Bad syntax', text.length)
  return parseLevel(rest, groups, skipped)
}

/**
 * Reads a search in Lucene's syntax: fields, "phrases", wildcards, [ranges}, comparisons, _exists_, AND, OR, NOT, +, -
 * and parentheses.
 *
 * @throws {SearchProblem} on bad syntax, and where it is too long, too deep or has too many terms
 */
export function readSearch(text: string): SearchQuery {
  if (text.length > length_max) throw new SearchProblem(`More than ${length_max} characters`, length_max + 1)
  const trimmed = text.trim()
  if (trimmed === '') return { kind: 'everything' }
  const skipped = text.length - text.trimStart().length
  return readChain({ clauses: 0, nesting: 0, skipped }, parseGroups(trimmed, skipped), null)
}
