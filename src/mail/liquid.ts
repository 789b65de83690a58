import { defaultOperators, Liquid, Parser, TokenKind, Tokenizer, type Template } from 'liquidjs'
import { template_body_max } from '../contract/email-template.ts'
import { boundedFilter, boundedOperator, checkLength, render_max_ms, startWork } from './liquid-limits.ts'

/** The variables of a template. */
export type LiquidVariables = { readonly [name: string]: unknown }

/** A template does not parse, fails, or takes too long. The message names the line. */
export class TemplateFailed extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TemplateFailed'
  }
}

/** The most characters that a template may create. */
const created_max = 2_000_000
/** The most characters of what a template renders. */
const output_max = 1_000_000
/** The most tags and outputs of a template: parsing them takes time as well. */
const parts_max = 2000
/** The most characters of a tag or an output: the time to parse one grows faster than its length. */
const part_length_max = 1000
/** The most characters of all tags and outputs together. */
const parts_length_max = 50_000

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A value as text. @throws {Error} for more than a value may have */
function textOf(value: unknown): string {
  checkLength(value)
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(textOf).join('')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A value as HTML. Entities stay as they are: templates of other servers escape values themselves. */
const escapeValue = (value: unknown): string =>
  textOf(value).replaceAll(/&(?!#?\w{1,31};)|[<>"']/g, (character) => entities[character] ?? character)

// Filters whose work grows with the length of a value, not with a power of it. The others, such as `has_exp`, run expressions for each item.
const kept_filters = new Set(
  `abs append array_to_sentence_string at_least at_most base64_decode base64_encode capitalize ceil cgi_escape compact concat date
  date_to_long_string date_to_rfc822 date_to_string date_to_xmlschema default divided_by downcase escape escape_once first floor join json
  jsonify last lstrip minus modulo newline_to_br normalize_whitespace number_of_words plus prepend remove remove_first remove_last replace
  replace_first replace_last reverse round rstrip size slice slugify split squish strip strip_html strip_newlines times to_integer truncate
  truncatewords upcase uri_escape url_decode url_encode xml_escape`.split(/\s+/),
)

/** A template language without files: it reads nothing but its variables, and their own members only. Its work and its values are bounded. */
function createEngine(escape: (value: unknown) => string): Liquid {
  const operators = Object.entries(defaultOperators).map(([name, operator]) => [name, boundedOperator(name, operator)])
  const engine = new Liquid({
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    renderLimit: render_max_ms,
    memoryLimit: created_max,
    outputEscape: escape,
    operators: Object.fromEntries(operators) as typeof defaultOperators,
  })
  // `liquid` holds any number of tags.
  for (const tag of ['include', 'render', 'layout', 'block', 'liquid']) delete engine.tags[tag]
  for (const [name, filter] of Object.entries(engine.filters)) {
    // `raw` would turn the escaping off.
    if (kept_filters.has(name)) engine.filters[name] = boundedFilter(name, filter)
    else delete engine.filters[name]
  }
  return engine
}

const as_html = createEngine(escapeValue)
const as_text = createEngine(textOf)

/** Parses a template whose tags and outputs are few and short enough. @throws {Error} */
function parse(engine: Liquid, template: string): Template[] {
  if (template.length > template_body_max) throw new Error(`length limit exceeded: ${template_body_max} characters`)
  const tokens = new Tokenizer(template, engine.options.operators).readTopLevelTokens(engine.options)
  const parts = tokens.filter(({ kind }) => kind !== TokenKind.HTML)
  if (parts.length > parts_max) throw new Error(`parts limit exceeded: ${parts_max} tags and outputs`)
  const length = parts.reduce((sum, { begin, end }) => sum + end - begin, 0)
  if (length > parts_length_max)
    throw new Error(`length limit exceeded: ${parts_length_max} characters in tags and outputs`)
  const long = parts.find(({ begin, end }) => end - begin > part_length_max)
  if (long) {
    const [line] = long.getPosition()
    throw new Error(`length limit exceeded: ${part_length_max} characters in a tag or an output, line:${line}`)
  }
  return new Parser(engine).parseTokens(tokens)
}

function render(engine: Liquid, template: string, variables: LiquidVariables): string {
  try {
    const parsed = parse(engine, template)
    startWork()
    const text = String(engine.renderSync(parsed, variables))
    if (text.length > output_max) throw new Error(`output limit exceeded: ${output_max} characters`)
    return text
  } catch (error) {
    throw new TemplateFailed(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
  }
}

/**
 * Renders HTML in Liquid; each value is escaped.
 *
 * @throws {TemplateFailed}
 */
export const renderHtml = (template: string, variables: LiquidVariables): string => render(as_html, template, variables)

/**
 * Renders a text of one line in Liquid.
 *
 * @throws {TemplateFailed}
 */
export const renderLine = (template: string, variables: LiquidVariables): string =>
  render(as_text, template, variables)
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
