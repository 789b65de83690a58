import type { Clock } from '../base/clock.ts'
import { isJsonObject } from '../base/json.ts'
import type { CustomTexts } from '../contract/prompts.ts'
import type { Db } from '../store/tables.ts'
import { changeSettings } from './change-settings.ts'
import type { Tenant } from './tenant.ts'

/** A prompt of the pages in a language. */
export type PromptLanguage = { prompt: string; language: string }

type StoredTexts = Record<string, Record<string, CustomTexts>>

/** All texts of a tenant's own, by language and prompt. They are kept within the settings. */
export function customTextsOf({ settings }: Pick<Tenant, 'settings'>): StoredTexts {
  const { custom_texts } = settings
  return isJsonObject(custom_texts) ? (custom_texts as StoredTexts) : {}
}

/** The texts of a prompt in a language; empty without any. */
export function customTextsIn(tenant: Pick<Tenant, 'settings'>, { prompt, language }: PromptLanguage): CustomTexts {
  const texts = customTextsOf(tenant)
  const prompts = Object.hasOwn(texts, language) ? (texts[language] ?? {}) : {}
  return Object.hasOwn(prompts, prompt) ? (prompts[prompt] ?? {}) : {}
}

const isEmpty = (texts: object): boolean => Object.keys(texts).length === 0

/** Replaces the texts of a prompt in a language; nothing is kept of an empty one. The caller has checked screens and keys. */
export async function setCustomTexts(
  deps: { db: Db; clock: Clock },
  { tenant_id }: Tenant,
  { prompt, language }: PromptLanguage,
  texts: CustomTexts,
): Promise<void> {
  await changeSettings(deps, tenant_id, (settings) => {
    const stored = customTextsOf({ settings })
    const { [language]: in_language = {}, ...other_languages } = stored
    const { [prompt]: _, ...others } = in_language
    const prompts = Object.values(texts).every(isEmpty) ? others : { ...others, [prompt]: texts }
    const custom_texts = isEmpty(prompts) ? other_languages : { ...other_languages, [language]: prompts }
    return { ...settings, custom_texts }
  })
}
