// The language of the dashboard. To add one: its file beside `de.ts`, its name here, and itself in `load-messages.ts`.

/** The languages, by their names in themselves. */
export const languages = { en: 'English', de: 'Deutsch' } as const

/** A language that the dashboard has. */
export type LanguageCode = keyof typeof languages

const key = 'wherry.language'

const codes = Object.keys(languages) as LanguageCode[]

/** The one that an admin chose in this browser, or else the first of the browser's own languages that the dashboard has, or English. */
export function chosenLanguage(): LanguageCode {
  const wanted = [localStorage.getItem(key) ?? '', ...navigator.languages].map((tag) => tag.toLowerCase().split('-')[0])
  return wanted.flatMap((code) => codes.find((one) => one === code) ?? []).at(0) ?? 'en'
}

/** Shows the dashboard in a language from now on. Reads the page again: a changed form asks before. */
export function chooseLanguage(code: LanguageCode): void {
  localStorage.setItem(key, code)
  location.reload()
}
