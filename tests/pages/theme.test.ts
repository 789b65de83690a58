import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contrastOf, parseColour } from '../../src/pages/colours.ts'
import { themeOf } from '../../src/pages/theme.ts'

/** The variables of the light and the dark scheme. */
function schemesOf(theme: string): Record<string, string>[] {
  return theme
    .split('@media')
    .map((part) =>
      Object.fromEntries([...part.matchAll(/--([a-z-]+):(#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value])),
    )
}

const contrast = (one: string, other: string): number => {
  const [a, b] = [parseColour(one), parseColour(other)]
  assert.ok(a && b, `${one} ${other}`)
  return contrastOf(a, b)
}

const anyColour = fc.integer({ min: 0, max: 0xff_ff_ff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)

test('whatever the colours of a tenant are, text, links and edges can be read in light and in dark (WCAG 2.2)', () => {
  fc.assert(
    fc.property(anyColour, anyColour, anyColour, (primary, start, end) => {
      const theme = themeOf({ primary, page_background: { type: 'linear-gradient', start, end, angle_deg: 10 } })
      for (const [at, variables] of schemesOf(theme).entries()) {
        const card = at === 0 ? '#ffffff' : '#172327'
        const of = (name: string): string => variables[name] ?? ''
        assert.ok(contrast(of('on-button'), of('button')) >= 4.5, 'the text of a button')
        assert.ok(contrast(of('on-button'), of('button-strong')) >= 4.5, 'the text of a button under the pointer')
        assert.ok(contrast(of('button-edge'), card) >= 3, 'the edge of a button')
        assert.ok(contrast(of('accent'), card) >= 4.5, 'a link')
        assert.ok(contrast(of('accent-strong'), card) >= 4.5, 'a link under the pointer')
      }
    }),
  )
})

test('the text on the ground can be read on one colour, whatever it is; in dark the ground is dark', () => {
  fc.assert(
    fc.property(anyColour, (page_background) => {
      for (const variables of schemesOf(themeOf({ page_background }))) {
        assert.ok(contrast(variables['faint-ground'] ?? '', variables['ground'] ?? '') >= 4.5)
      }
      const [, dark] = schemesOf(themeOf({ page_background }))
      assert.ok(contrast(dark?.['ground'] ?? '', '#000000') <= 1.5)
    }),
  )
})

test('a colour near the wanted one is kept: a dark blue as it is, a bright yellow darkened for links only', () => {
  assert.match(themeOf({ primary: '#0044aa' }), /:root\{--button:#0044aa;.*?--accent:#0044aa;/)
  assert.match(
    themeOf({ primary: '#ffcc00' }),
    /:root\{--button:#ffcc00;.*?--on-button:#000000;.*?--accent:#(?!ffcc00)/,
  )
})

test('without colours there is no theme, and what is no colour is left out', () => {
  assert.equal(themeOf({}), '')
  assert.equal(themeOf({ primary: 'red', page_background: '</style>' }), '')
  assert.match(themeOf({ primary: '#abc' }), /--button:#aabbcc;/)
})
