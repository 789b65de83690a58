// The texts that have been loaded. A component that names a part which is not there waits for it.
import { de } from './de'
import { en, type Messages, type Part } from './en'
import { chosenLanguage, type LanguageCode } from './language'
import type { Translation } from './translation'

const languages: Record<LanguageCode, Translation> = { en, de }
const texts = languages[chosenLanguage()]
const loaded: Partial<Messages> = {}
const pending = new Map<Part, Promise<void>>()
const failures = new Map<Part, Error>()
// A failed load is shown before it is tried again.
const failed_ms = 1000

/** The texts of a part; undefined until they have been loaded. */
export const loadedTexts = <P extends Part>(part: P): Messages[P] | undefined => loaded[part]

async function load<P extends Part>(part: P): Promise<void> {
  try {
    loaded[part] = (await texts[part]())[part] as Messages[P]
  } catch (error) {
    failures.set(part, error instanceof Error ? error : new Error(String(error)))
    setTimeout(() => {
      pending.delete(part)
      failures.delete(part)
    }, failed_ms)
    throw error
  }
}

/** Why the texts of a part could not be loaded a moment ago; undefined where they could. */
export const failureOf = (part: Part): Error | undefined => failures.get(part)

/** Loads the texts of a part, once; again where that has failed. */
export function loadTexts(part: Part): Promise<void> {
  const promise = pending.get(part) ?? load(part)
  pending.set(part, promise)
  return promise
}

/** Loads the texts of all parts, so that no page waits for its own. */
export async function loadAllTexts(): Promise<void> {
  const parts = Object.keys(en) as Part[]
  await Promise.all(parts.filter((part) => loaded[part] === undefined).map(loadTexts))
}
