import { Type, type Static } from 'typebox'
import { languages } from '../base/message.ts'
import { patterns } from './patterns.ts'
import { PreviewFrame } from './preview-frame.ts'
import { CustomTexts, prompt_names } from './prompts.ts'
import { Choice, HttpUrlOrEmpty, Strict, type Route } from './route.ts'

const Colour = (description: string) => Type.String({ pattern: patterns.colour.pattern, description })
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]))

const PageBackground = Type.Union([
  Colour('One colour'),
  Strict({
    type: Type.Literal('linear-gradient'),
    start: Colour('Colour at the start'),
    end: Colour('Colour at the end'),
    angle_deg: Type.Integer({ minimum: 0, maximum: 360, description: 'Angle in degrees' }),
  }),
])

const properties = {
  colors: orNull(
    Strict({
      primary: orNull(
        Colour('Buttons and links. Links are darkened or lightened where they could not be read on the card.'),
      ),
      page_background: orNull(PageBackground),
    }),
  ),
  logo_url: orNull(HttpUrlOrEmpty('URL of the logo; without one the pages show picture_url of the tenant settings')),
  favicon_url: orNull(HttpUrlOrEmpty('URL of the icon in browser tabs')),
  font: Type.Optional(
    Type.Unknown({ description: 'Stored and returned unchanged: pages load no fonts, and use those of the system.' }),
  ),
}

/** How a tenant's pages look. Null in a change removes a property. */
export const Branding = Strict(properties)
export type Branding = Static<typeof Branding>

/** The pages that can be previewed. */
export const previewed_pages = [
  'login',
  'login-failed',
  'signup',
  'forgot',
  'reset',
  'verification',
  'consent',
  'logout',
] as const

/** A page that can be previewed. */
export type PreviewedPage = (typeof previewed_pages)[number]

/** Operations on the look of a tenant's pages. */
export const brandingRoutes = {
  getBranding: {
    method: 'GET',
    url: '/api/v2/branding',
    scopes: ['read:branding'],
    tag: 'branding',
    summary: "Get the look of the tenant's pages",
    status: 200,
    response: Branding,
  },
  updateBranding: {
    method: 'PATCH',
    url: '/api/v2/branding',
    scopes: ['update:branding'],
    tag: 'branding',
    summary: "Update the look of the tenant's pages",
    description:
      'A property that is left out stays as it is; of colors, too. Pages that exist show the new look at once.',
    status: 200,
    body: Branding,
    response: Branding,
  },
  previewPage: {
    method: 'POST',
    url: '/api/v2/branding/preview',
    scopes: ['read:branding'],
    tag: 'branding',
    summary: "Preview one of the tenant's pages",
    description:
      'Ours. Renders a page with sample values and the look and the texts of the body, of which nothing is stored; what the body leaves out is as it is stored. No script runs in it.',
    status: 200,
    changes_nothing: true,
    body: Strict({
      page: Choice([...previewed_pages], 'Page'),
      language: Choice([...languages], 'Language'),
      color_scheme: Type.Optional(Choice(['light', 'dark'], 'Colour scheme; by default that of the browser')),
      branding: Type.Optional(Branding),
      texts: Type.Optional(
        Strict(
          { prompt: Choice([...prompt_names], 'Prompt'), texts: CustomTexts },
          'In place of all texts of this prompt that the tenant has set in the language',
        ),
      ),
    }),
    response: Type.Object({ frame: PreviewFrame }),
  },
} satisfies Record<string, Route>
