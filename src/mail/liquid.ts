import { Liquid } from 'liquidjs'
import { template_body_max } from '../contract/email-template.ts'

/** The variables of a template. */
export type LiquidVariables = { readonly [name: string]: unknown }

/** A template does not parse, fails, or takes too long. The message names the line. */
export class TemplateFailed extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TemplateFailed'
  }
}

/** The longest time that a template may take, in milliseconds. */
const render_max_ms = 50
/** The most characters that a template may create. */
const created_max = 2_000_000

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(textOf).join('')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A value as HTML. Entities stay as they are: templates of other servers escape values themselves. */
const escapeValue = (value: unknown): string =>
  textOf(value).replaceAll(/&(?!#?\w{1,31};)|[<>"']/g, (character) => entities[character] ?? character)

/** A template language without files: it reads nothing but its variables, and their own members only. */
function createEngine(escape: ((value: unknown) => string) | undefined): Liquid {
  const engine = new Liquid({
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    parseLimit: template_body_max,
    renderLimit: render_max_ms,
    memoryLimit: created_max,
    ...(escape === undefined ? {} : { outputEscape: escape }),
  })
  for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag]
  // It would turn the escaping off.
  delete engine.filters['raw']
  return engine
}

const as_html = createEngine(escapeValue)
const as_text = createEngine(undefined)

function render(engine: Liquid, template: string, variables: LiquidVariables): string {
  try {
    return String(engine.parseAndRenderSync(template, variables))
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
