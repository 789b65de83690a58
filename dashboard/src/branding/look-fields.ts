import type { Answer } from '../client/contract-types'

type Branding = Answer<'getBranding'>

/** The fields of the look. What is empty has its default. */
export type LookFields = {
  logo_url: string
  favicon_url: string
  primary: string
  background: 'default' | 'colour' | 'gradient'
  start: string
  end: string
  angle_deg: number | string
}

const default_angle_deg = 180

/** The fields of a look. */
export function fieldsOf({ logo_url, favicon_url, colors }: Branding): LookFields {
  const ground = colors?.page_background
  const of_ground =
    ground === undefined || ground === null
      ? ({ background: 'default', start: '', end: '', angle_deg: default_angle_deg } as const)
      : typeof ground === 'string'
        ? ({ background: 'colour', start: ground, end: '', angle_deg: default_angle_deg } as const)
        : ({ background: 'gradient', start: ground.start, end: ground.end, angle_deg: ground.angle_deg } as const)
  return { logo_url: logo_url ?? '', favicon_url: favicon_url ?? '', primary: colors?.primary ?? '', ...of_ground }
}

const orNull = (text: string): string | null => (text === '' ? null : text)
const colour = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i

function groundOf({ background, start, end, angle_deg }: LookFields) {
  if (background === 'default') return null
  if (background === 'colour') return orNull(start)
  return { type: 'linear-gradient' as const, start, end, angle_deg: Number(angle_deg) }
}

/** The members of the look for the changed fields, and nothing else: null removes one, which then has its default. */
export function lookBody(changed: Partial<LookFields>, values: LookFields): Branding {
  const has_ground = ['background', 'start', 'end', 'angle_deg'].some((name) => name in changed)
  const colors = {
    ...('primary' in changed ? { primary: orNull(values.primary) } : {}),
    ...(has_ground ? { page_background: groundOf(values) } : {}),
  }
  return {
    ...('logo_url' in changed ? { logo_url: orNull(values.logo_url) } : {}),
    ...('favicon_url' in changed ? { favicon_url: orNull(values.favicon_url) } : {}),
    ...(Object.keys(colors).length === 0 ? {} : { colors }),
  }
}

/** What is wrong with the fields, before they are sent. */
export function lookProblems(values: LookFields, rule: { colour: string; url: string }) {
  const { background, start, end, primary } = values
  const isUrl = (text: string): boolean => text === '' || (URL.canParse(text) && /^https?:/.test(text))
  const problems: Partial<Record<keyof LookFields, string>> = {}
  if (primary !== '' && !colour.test(primary)) problems.primary = rule.colour
  if (background !== 'default' && !colour.test(start)) problems.start = rule.colour
  if (background === 'gradient' && !colour.test(end)) problems.end = rule.colour
  for (const name of ['logo_url', 'favicon_url'] as const) if (!isUrl(values[name])) problems[name] = rule.url
  return problems
}
