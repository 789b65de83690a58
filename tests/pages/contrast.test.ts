import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTemplate } from '../../src/pages/assets.ts'

const style = readTemplate('style.css')

type Colours = Record<string, string>

const pairs: [front: string, back: string, least: number][] = [
  ['ink', 'card', 4.5],
  ['ink', 'code', 4.5],
  ['faint', 'card', 4.5],
  ['faint', 'code', 4.5],
  ['faint-ground', 'ground', 4.5],
  ['faint-ground', 'ground-low', 4.5],
  ['button-edge', 'card', 3],
  ['accent', 'card', 4.5],
  ['on-button', 'button', 4.5],
  ['on-button', 'button-strong', 4.5],
  ['bad', 'bad-ground', 4.5],
  ['bad', 'card', 4.5],
  ['good', 'card', 4.5],
  ['good', 'good-ground', 4.5],
  ['field-edge', 'card', 3],
  ['field-edge', 'field', 3],
  ['ink', 'field', 4.5],
]

function luminance(colour: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(left: string, right: string): number {
  const [dark = 0, light = 0] = [luminance(left), luminance(right)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function colours(block: string): Colours {
  return Object.fromEntries([...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1], match[2]]))
}

test('text and fields stand out enough in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)', () => {
  const [light, dark] = style.split(':root {').slice(1, 3).map(colours)
  for (const [name, scheme] of Object.entries({ light, dark })) {
    for (const [front, back, least] of pairs) {
      const found = contrast(scheme?.[front] ?? '', scheme?.[back] ?? '')
      assert.ok(found >= least, `${name}: ${front} on ${back} is ${found.toFixed(2)}, not ${least}`)
    }
  }
})
