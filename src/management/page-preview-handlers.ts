import type { JsonObject } from '../base/json.ts'
import { previewPage } from '../pages/preview-pages.ts'
import { sealPreview, type PreviewDeps } from '../pages/preview.ts'
import { customTextsOf } from '../tenants/custom-texts.ts'
import type { Handlers } from './handler.ts'
import { checkTexts } from './prompt-handlers.ts'

/** The preview of the hosted pages. */
export function pagePreviewHandlers(deps: PreviewDeps) {
  return {
    async previewPage({ tenant, body: { page, language, branding, texts, color_scheme } }) {
      if (texts) checkTexts({ prompt: texts.prompt, language }, texts.texts)
      const stored = customTextsOf(tenant)
      const in_language = { ...stored[language], ...(texts ? { [texts.prompt]: texts.texts } : {}) }
      const settings = {
        ...tenant.settings,
        ...(branding ? { branding } : {}),
        enabled_locales: [language],
        custom_texts: { ...stored, [language]: in_language },
      } as JsonObject
      return sealPreview(deps, previewPage({ ...tenant, settings }, page, color_scheme))
    },
  } satisfies Partial<Handlers>
}
