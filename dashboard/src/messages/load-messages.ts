// The texts that have been loaded. A part arrives with the first page that shows one of its texts.
import { en, type Language, type Messages, type Part } from './en'

const language: Language = en
const loaded: Partial<Messages> = {}
const pending = new Map<Part, Promise<void>>()
const failures = new Map<Part, Error>()
// A failed load is shown before it is tried again.
const failed_ms = 1000

/** The texts of a part; undefined until they have been loaded. */
export const loadedTexts = <P extends Part>(part: P): Messages[P] | undefined => loaded[part]

async function load<P extends Part>(part: P): Promise<void> {
  try {
    loaded[part] = (await language[part]())[part]
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

/** Loads the texts of all parts, so that the pages that are opened next wait for none. */
export async function loadAllTexts(): Promise<void> {
  const parts = Object.keys(language) as Part[]
  await Promise.all(parts.filter((part) => loaded[part] === undefined).map(loadTexts))
}
