import { Type, type Static } from 'typebox'
import { languages } from '../base/message.ts'
import { patterns } from './patterns.ts'
import { Choice, Strict, Text, type Route } from './route.ts'

/** The prompts that the texts of the pages belong to. */
export const prompt_names = [
  'login',
  'signup',
  'reset-password',
  'email-verification',
  'consent',
  'logout',
  'common',
] as const

/** A prompt that texts of the pages belong to. */
export type PromptName = (typeof prompt_names)[number]

/** The longest text of a tenant's own, in characters. */
export const custom_text_max = 500

const PromptParams = Strict({
  prompt: Type.String({ maxLength: 64, pattern: patterns.prompt.pattern, description: 'Prompt, such as `login`' }),
  language: Type.String({
    maxLength: 20,
    pattern: patterns.language.pattern,
    description: 'Language tag, such as `en`',
  }),
})

/** Texts of a tenant's own: by screen and key. */
export const CustomTexts = Type.Record(
  Text(64, 'Screen'),
  Type.Record(
    Text(64, 'Key'),
    Type.String({
      minLength: 1,
      maxLength: custom_text_max,
      pattern: patterns.one_line.pattern,
      description: 'Plain text; `{name}` stands for a value, with the names that the text has by default.',
    }),
    { maxProperties: 1000 },
  ),
  {
    maxProperties: 100,
    description: 'The texts of each screen by key. docs/reference/page-texts.md lists screens and keys.',
  },
)
export type CustomTexts = Static<typeof CustomTexts>

const settings = {
  universal_login_experience: Type.Literal('new', {
    description: "The hosted pages. A client's own login page is its custom_login_page.",
  }),
  identifier_first: Type.Boolean({
    description:
      'Whether log-in pages ask for the identifier first, and for the password on a second page that is the same for every user; also where the connection has not set its option of the same name',
  }),
  webauthn_platform_first_factor: Type.Literal(false, { description: 'Not supported: a password is the only factor' }),
}

/** How the hosted pages ask. */
export const PromptSettings = Strict(settings)
export type PromptSettings = Static<typeof PromptSettings>

const PromptSettingsChange = Type.Partial(PromptSettings, { additionalProperties: false })
/** A change of how the hosted pages ask. */
export type PromptSettingsChange = Static<typeof PromptSettingsChange>

/** Operations on how the hosted pages ask, and on their texts. */
export const promptRoutes = {
  getPromptSettings: {
    method: 'GET',
    url: '/api/v2/prompts',
    scopes: ['read:prompts'],
    tag: 'prompts',
    summary: "Get how the tenant's pages ask",
    status: 200,
    response: PromptSettings,
  },
  updatePromptSettings: {
    method: 'PATCH',
    url: '/api/v2/prompts',
    scopes: ['update:prompts'],
    tag: 'prompts',
    summary: "Update how the tenant's pages ask",
    description: 'A property that is left out stays as it is.',
    status: 200,
    body: PromptSettingsChange,
    response: PromptSettings,
  },
  getCustomTexts: {
    method: 'GET',
    url: '/api/v2/prompts/:prompt/custom-text/:language',
    scopes: ['read:prompts'],
    tag: 'prompts',
    summary: "Get the tenant's own texts of a prompt in a language",
    description: 'Only the texts that the tenant has set.',
    status: 200,
    params: PromptParams,
    response: CustomTexts,
  },
  getDefaultTexts: {
    method: 'GET',
    url: '/api/v2/prompts/:prompt/default-text/:language',
    scopes: ['read:prompts'],
    tag: 'prompts',
    summary: 'Get the texts of a prompt that a tenant can replace',
    description: 'Ours. The texts that the server has in the language.',
    status: 200,
    params: Strict({
      prompt: Choice([...prompt_names], 'Prompt'),
      language: Choice([...languages], 'Language tag'),
    }),
    response: Type.Object({
      texts: Type.Array(
        Type.Object({
          screen: Type.String(),
          key: Type.String(),
          text: Type.String({ description: 'Of a text with a singular: the plural' }),
          values: Type.Array(Type.String(), { description: 'The names of the values that the text may contain' }),
        }),
      ),
    }),
  },
  setCustomTexts: {
    method: 'PUT',
    url: '/api/v2/prompts/:prompt/custom-text/:language',
    scopes: ['update:prompts'],
    tag: 'prompts',
    summary: "Set the tenant's own texts of a prompt in a language",
    description: 'Replaces all of them: a text that is left out is the default one again. Pages show them at once.',
    status: 200,
    params: PromptParams,
    body: CustomTexts,
    response: CustomTexts,
  },
} satisfies Record<string, Route>
