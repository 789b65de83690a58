import { languages, type Language } from '../base/message.ts'
import type { CustomTexts } from '../contract/prompts.ts'
import { invalidBody } from '../contract/refusal.ts'
import { catalogues } from '../pages/messages/catalogues.ts'
import { message_keys, placeOf, unknownValues, valuesOf } from '../pages/messages/prompt-texts.ts'
import { customTextsIn, setCustomTexts, type PromptLanguage } from '../tenants/custom-texts.ts'
import { promptSettingsOf, updatePromptSettings } from '../tenants/prompt-settings.ts'
import type { Handlers } from './handler.ts'

const reference = 'docs/reference/page-texts.md lists them.'

/**
 * Checks that each text is one of the prompt's, and that its values exist. Nothing is refused where nothing is set.
 *
 * @throws {Refusal} `invalid_body`, naming the screen or the key
 */
export function checkTexts({ prompt, language }: PromptLanguage, texts: CustomTexts): void {
  const entries = Object.entries(texts).flatMap(([screen, keys]) =>
    Object.entries(keys).map(([key, text]) => ({ screen, key, text })),
  )
  if (entries.length > 0 && !languages.some((known) => known === language)) {
    throw invalidBody(`There are no pages in the language ${language}, only in ${languages.join(', ')}.`)
  }
  for (const { screen, key, text } of entries) {
    const known = message_keys.find((each) => each === key)
    const place = known && placeOf(known)
    if (!known || place?.prompt !== prompt || place.screen !== screen) {
      throw invalidBody(`The screen ${screen} of the prompt ${prompt} has no text ${key}. ${reference}`, screen)
    }
    const [unknown] = unknownValues(known, text)
    if (unknown !== undefined) {
      throw invalidBody(`The text ${key} has no value {${unknown.slice(0, 64)}}. ${reference}`, key)
    }
  }
}

/** The texts of a prompt that the server has. */
function textsOf({ prompt, language }: { prompt: string; language: Language }) {
  const catalogue = catalogues[language]
  return message_keys
    .map((key) => ({ key, ...placeOf(key) }))
    .filter((place) => place.prompt === prompt)
    .map(({ key, screen }) => {
      const message = catalogue[key]
      return { screen, key, text: typeof message === 'string' ? message : message.other, values: valuesOf(key) }
    })
}

/** Operations on how the hosted pages ask, and on their texts. */
export function promptHandlers(deps: Parameters<typeof setCustomTexts>[0]) {
  return {
    getPromptSettings: async ({ tenant }) => promptSettingsOf(tenant),

    updatePromptSettings: async ({ tenant, body }) => await updatePromptSettings(deps, tenant, body),

    getCustomTexts: async ({ tenant, params }) => customTextsIn(tenant, params),

    getDefaultTexts: async ({ params }) => ({ texts: textsOf(params) }),

    async setCustomTexts({ tenant, params, body }) {
      checkTexts(params, body)
      await setCustomTexts(deps, tenant, params, body)
      return body
    },
  } satisfies Partial<Handlers>
}
