import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'
import type { FastifyReply } from 'fastify'
import { readTemplate } from './assets.ts'
import type { Look } from './look.ts'
import { inScheme } from './theme.ts'
import { htmlTranslator, translator } from './translate.ts'

// <%= %> escapes a value; <%~ %> prints HTML unescaped.
const eta = new Eta({ views: fileURLToPath(new URL('../../templates/pages', import.meta.url)), cache: true })

/** A page and its headers. */
export type Page = { html: string; headers: Record<string, string> }

/** Input for rendering a page. */
export type PageContent = {
  template: string
  values: Record<string, unknown>
  /** Sources of Content-Security-Policy's form-action, beside this origin: where the answer to the form may redirect. */
  form_targets?: readonly string[] | undefined
  /** The name of the script of the page, in `templates/pages`: complete without it is every page. */
  script?: keyof typeof scripts | undefined
  /** The name of a stylesheet of the page, in `templates/pages`, beside that of all pages. */
  sheet?: keyof typeof sheets | undefined
  /** Whether a frame of another site may show the page. Only for pages that show nothing of the user. */
  is_for_frames?: boolean | undefined
}

/** A Content-Security-Policy source for an inline style or script with this text (CSP Level 3, section 2.3.1). */
function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

type Inline = { text: string; source: string }

const inlineText = (text: string): Inline => ({ text, source: hashSource(text) })

const inline = (name: string): Inline => inlineText(readTemplate(name).replaceAll(/\n\s*/g, '\n').trim())

const style = inline('style.css')
const style_in = { light: inlineText(inScheme(style.text, 'light')), dark: inlineText(inScheme(style.text, 'dark')) }
const styleOf = ({ color_scheme }: Look): Inline => (color_scheme === undefined ? style : style_in[color_scheme])

const scripts = {
  'page.js': inline('page.js'),
  'submit.js': inline('submit.js'),
  'post-message.js': inline('post-message.js'),
}
const sheets = { 'reference.css': inline('reference.css') }

// Hosts of URLs may contain `;` and `,`, which end a directive or a policy. No host name of DNS does.
const printable_origin = /^\w+:\/\/[\w.[\]:-]+$/

/** The source of an address: its origin, or its scheme where it has no origin; none where the origin would end the directive. */
export function originSource(address: string | undefined): string[] {
  if (address === undefined || !URL.canParse(address)) return []
  const { origin, protocol } = new URL(address)
  if (origin === 'null') return [protocol]
  return printable_origin.test(origin) ? [origin] : []
}

/**
 * The scheme of an address as a source. Chromium applies form-action to each redirect that follows a form, also to those of the
 * application, which may lead to a further origin.
 */
export function schemeSource(address: string | undefined): string[] {
  return address !== undefined && URL.canParse(address) ? [new URL(address).protocol] : []
}

function securityPolicy(look: Look, page: PageContent): string {
  const theme = look.theme === '' ? [] : [hashSource(look.theme)]
  const sheet = page.sheet === undefined ? [] : [sheets[page.sheet].source]
  const images = new Set(["'self'", ...originSource(look.logo_url), ...originSource(look.icon_url)])
  const framed_by = look.is_preview === true ? "'self'" : "'none'"
  return [
    "default-src 'none'",
    ...(page.script === undefined ? [] : [`script-src ${scripts[page.script].source}`]),
    ['style-src', styleOf(look).source, ...theme, ...sheet].join(' '),
    ['img-src', ...images].join(' '),
    ["form-action 'self'", ...(page.form_targets ?? [])].join(' '),
    ...(page.is_for_frames === true ? [] : [`frame-ancestors ${framed_by}`]),
    "base-uri 'none'",
    ...(look.is_preview === true ? ['sandbox'] : []),
  ].join('; ')
}

/**
 * The headers of a page: no script runs but its own, nothing is loaded from another origin except the tenant's pictures, no site frames it,
 * no cache stores it, and its URL, which may contain a ticket, is not sent as a referrer. There is no Cross-Origin-Opener-Policy: an
 * application that opens the log-in page in a window of its own receives the answer from that window.
 */
function headersOf(look: Look, page: PageContent): Page['headers'] {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': securityPolicy(look, page),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(page.is_for_frames === true
      ? {}
      : { 'x-frame-options': 'DENY', 'cross-origin-resource-policy': 'same-origin' }),
    'x-robots-tag': 'noindex, nofollow',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  }
}

/** Renders a template that is a part of pages. */
export const renderPart = (template: string, values: Record<string, unknown>): string => eta.render(template, values)

/** Renders a page: one file, complete without script. */
export function renderPage(look: Look, content: PageContent): Page {
  const page = look.is_preview === true ? { ...content, script: undefined } : content
  const script = page.script === undefined ? '' : scripts[page.script].text
  const texts = { t: translator(look), strong: htmlTranslator(look) }
  const values = {
    notice: undefined,
    mark: undefined,
    wide: false,
    ...texts,
    look,
    style: styleOf(look).text,
    sheet: page.sheet === undefined ? '' : sheets[page.sheet].text,
    script,
    ...page.values,
  }
  return { html: eta.render(page.template, values), headers: headersOf(look, page) }
}

/** Answers with a page. */
export async function sendPage(reply: FastifyReply, page: Page, status = 200): Promise<FastifyReply> {
  return await reply.code(status).headers(page.headers).send(page.html)
}
