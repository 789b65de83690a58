import type { Messages } from '../messages/en'
import { linesOf } from '../ui/lines'

type Problem = keyof Messages['applications']['urlProblems']

/** The lists of URLs of an application, and what each holds: URLs to redirect to, or origins of pages. */
export const url_lists = {
  callbacks: 'redirect',
  allowed_logout_urls: 'redirect',
  web_origins: 'origin',
  allowed_origins: 'origin',
} as const

const length_max = 2048
const lines_max = 200

// Browsers run these as scripts or open local data: the server refuses them, too.
const script_scheme = /^(javascript|data|blob|vbscript|file|about|filesystem|view-source):/i
const whole_first_label = /^https?:\/\/\*\.[^*]+$/
// `localhost:4000` is a URL whose scheme is `localhost`.
const host_and_port = /^[a-z0-9.-]+:\d/i
const web = /^https?:\/\//i
const origin_only = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+\/?$/i

/** What is wrong with one URL; undefined where nothing is. */
export function urlProblem(kind: 'redirect' | 'origin' | 'web', url: string): Problem | undefined {
  if (url.length > length_max) return 'too_long'
  if (!URL.canParse(url) || host_and_port.test(url)) return 'not_url'
  if (script_scheme.test(url)) return 'script'
  if (url.includes('*') && !(kind !== 'web' && whole_first_label.test(url))) return 'wildcard'
  if (kind === 'origin') return origin_only.test(url) ? undefined : 'not_origin'
  if (kind === 'web' && !web.test(url)) return 'not_web'
  return url.includes('#') ? 'fragment' : undefined
}

const shown_length = 100

/** What is wrong with the lines of a field, as the admin reads it; null where nothing is. */
export function linesProblem(
  kind: 'redirect' | 'origin',
  text: string,
  t: Messages['applications']['urlProblems'],
): string | null {
  const lines = linesOf(text)
  if (lines.length > lines_max) return t.too_many(lines_max)
  const found = lines.map((line) => [line, urlProblem(kind, line)] as const).find(([, problem]) => problem)
  return found ? sayProblem(found[1], found[0], t) : null
}

/** What is wrong with a field that holds one web address, which may be empty; null where nothing is. */
export function addressProblem(text: string, t: Messages['applications']['urlProblems']): string | null {
  const url = text.trim()
  return url === '' ? null : sayProblem(urlProblem('web', url), url, t)
}

function sayProblem(
  problem: Problem | undefined,
  url: string,
  t: Messages['applications']['urlProblems'],
): string | null {
  if (problem === undefined) return null
  return problem === 'too_many' ? t.too_many(lines_max) : t[problem](url.slice(0, shown_length))
}
