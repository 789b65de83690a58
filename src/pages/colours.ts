/** A colour: red, green and blue from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number]

/** White. */
export const white: Colour = [255, 255, 255]
/** Black. */
export const black: Colour = [0, 0, 0]

/** The colour of `#rrggbb` or `#rgb`; undefined for any other text. */
export function parseColour(text: string): Colour | undefined {
  const long = /^#[0-9a-f]{3}$/i.test(text) ? text.replaceAll(/[0-9a-f]/gi, '$&$&') : text
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(long)
  if (!match) return undefined
  const [red = 0, green = 0, blue = 0] = match.slice(1).map((channel) => Number.parseInt(channel, 16))
  return [red, green, blue]
}

/** `#rrggbb`. */
export function showColour(colour: Colour): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

/** The colour between two, at `share` of the way from the first to the second. */
export function mixColours(from: Colour, to: Colour, share: number): Colour {
  const channel = (at: 0 | 1 | 2): number => Math.round(from[at] + (to[at] - from[at]) * share)
  return [channel(0), channel(1), channel(2)]
}

/** The relative luminance of a colour, from 0 to 1 (WCAG 2.2). */
export function luminanceOf(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((channel) => {
    const value = channel / 255
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The contrast ratio of two colours, from 1 to 21 (WCAG 2.2). */
export function contrastOf(a: Colour, b: Colour): number {
  const [dark = 0, light = 0] = [luminanceOf(a), luminanceOf(b)].toSorted((left, right) => left - right)
  return (light + 0.05) / (dark + 0.05)
}

/**
 * The colour nearest to `wanted` that has a contrast of at least `least` with every one of `grounds`. It is mixed with black or with white,
 * in 20 steps; where neither suffices, it is that one of the two which has more contrast.
 */
export function readableColour(wanted: Colour, grounds: readonly Colour[], least: number): Colour {
  const worst = (colour: Colour): number => Math.min(...grounds.map((ground) => contrastOf(colour, ground)))
  for (let step = 0; step <= 20; step += 1) {
    for (const end of [black, white]) {
      const mixed = mixColours(wanted, end, step / 20)
      if (worst(mixed) >= least) return mixed
    }
  }
  return worst(white) > worst(black) ? white : black
}
