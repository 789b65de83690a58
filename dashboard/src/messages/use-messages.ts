import { use } from 'react'
import { en, type Messages, type Part } from './en'
import { loadedTexts, loadTexts } from './load-messages'

function useTexts<P extends Part>(part: P): Messages[P] {
  const texts = loadedTexts(part)
  if (texts) return texts
  use(loadTexts(part))
  return useTexts(part)
}

const parts = Object.keys(en) as Part[]
const messages = Object.defineProperties(
  {},
  Object.fromEntries(parts.map((part) => [part, { enumerable: true, get: () => useTexts(part) }])),
) as Messages

/**
 * The texts of the language that is shown. The texts of a part are loaded when a component names the part for the first time, as in
 * `useMessages().users`: until they are there, what `Suspense` has as its fallback is shown.
 */
export const useMessages = (): Messages => messages
