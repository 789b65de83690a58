import type { Branding } from '../contract/branding.ts'
import {
  black,
  contrastOf,
  luminanceOf,
  mixColours,
  parseColour,
  readableColour,
  showColour,
  white,
  type Colour,
} from './colours.ts'

/** The colours that a tenant chose: of buttons and links, and of the ground behind the card. */
export type BrandColours = NonNullable<Branding['colors']>

type Scheme = { card: Colour; faint: Colour; toGround: (colour: Colour) => Colour }

// The cards of style.css. In the dark scheme a bright ground would dazzle: it is darkened.
const light: Scheme = { card: white, faint: [77, 98, 104], toGround: (colour) => colour }
const dark: Scheme = {
  card: [23, 35, 39],
  faint: [165, 182, 186],
  toGround: (colour) => {
    let ground = colour
    while (luminanceOf(ground) > 0.02) ground = mixColours(ground, black, 0.2)
    return ground
  },
}

function declare(name: string, colour: Colour): string {
  return `--${name}:${showColour(colour)};`
}

/** Buttons in the tenant's colour, with the text colour that can be read on them; links in the nearest colour that can be read. */
function primaryVariables(primary: Colour, { card }: Scheme): string {
  const text = contrastOf(primary, white) >= contrastOf(primary, black) ? white : black
  const strong = mixColours(primary, text === white ? black : white, 0.15)
  const accent = readableColour(primary, [card], 4.5)
  return [
    declare('button', primary),
    declare('button-strong', strong),
    declare('on-button', text),
    declare('button-edge', readableColour(primary, [card], 3)),
    declare('accent', accent),
    declare('accent-strong', accent),
  ].join('')
}

function groundVariables(ground: BrandColours['page_background'], scheme: Scheme): string {
  const ends = typeof ground === 'string' ? [ground] : [ground?.start ?? '', ground?.end ?? '']
  const colours = ends.map(parseColour).filter((colour) => colour !== undefined)
  if (colours.length < ends.length) return ''
  const [start = white, end = start] = colours.map(scheme.toGround)
  const angle = typeof ground === 'string' ? 180 : (ground?.angle_deg ?? 180)
  const faint = readableColour(scheme.faint, [start, end], 4.5)
  return `${declare('ground', start)}${declare('ground-low', end)}--angle:${angle}deg;${declare('faint-ground', faint)}`
}

function schemeVariables(colours: BrandColours, scheme: Scheme): string {
  const primary = parseColour(colours.primary ?? '')
  return (primary ? primaryVariables(primary, scheme) : '') + groundVariables(colours.page_background, scheme)
}

/** A colour scheme of the pages. */
export type ColorScheme = 'light' | 'dark'

/** A stylesheet of the pages with the rules of one colour scheme, whatever the browser prefers. */
export const inScheme = (stylesheet: string, scheme: ColorScheme): string =>
  stylesheet
    .replaceAll(/\(prefers-color-scheme: ?dark\)/g, scheme === 'dark' ? 'all' : 'not all')
    .replace('color-scheme: light dark', `color-scheme: ${scheme}`)

/**
 * A stylesheet that sets the colours of the pages to those of a tenant, for the light and the dark scheme. Empty without colours. Text
 * stays readable whatever the colours are: at least 4.5 to 1 (WCAG 2.2, 1.4.3).
 */
export function themeOf(colours: BrandColours): string {
  const day = schemeVariables(colours, light)
  if (day === '') return ''
  return `:root{${day}}@media (prefers-color-scheme:dark){:root{${schemeVariables(colours, dark)}}}`
}
