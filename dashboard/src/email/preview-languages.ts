import type { Input } from '../client/contract-types'

/** A language of the pages and mails. */
export type PreviewLanguage = Input<'previewPage'>['body']['language']

/** The languages of the pages and mails, with their own names. */
export const language_names: Readonly<Record<PreviewLanguage, string>> = {
  en: 'English',
  es: 'Español',
  de: 'Deutsch',
  fr: 'Français',
  ja: '日本語',
}

/** The languages of the pages and mails. */
export const preview_languages = Object.keys(language_names) as PreviewLanguage[]

/** The choices of a language. */
export const language_options = preview_languages.map((value) => ({ value, label: language_names[value] }))
