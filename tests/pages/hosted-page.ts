// A page as a reader of its HTML sees it.
import assert from 'node:assert/strict'
import type { Look } from '../../src/pages/look.ts'
import type { Page } from '../../src/pages/render-page.ts'

/** The look of a tenant without a logo and colours. */
export const acme: Look = {
  language: 'en',
  name: 'Acme',
  logo_url: undefined,
  icon_url: undefined,
  theme: '',
  own_texts: {},
  support: undefined,
}

/** The attributes of the input with an id; an attribute without a value is empty. */
export function inputOf({ html }: Page, id: string): Record<string, string> {
  const tag = new RegExp(`<input id="${id}"[^>]*>`).exec(html)?.[0]
  assert.ok(tag !== undefined, `the page has no input ${id}`)
  return Object.fromEntries(
    [...tag.matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

/** The HTML of a page without its style and script. */
export function markupOf({ html }: Page): string {
  return html.replaceAll(/<(style|script)>.*?<\/\1>/gs, '')
}

/** The title of a page. */
export function titleOf({ html }: Page): string {
  return /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? ''
}
