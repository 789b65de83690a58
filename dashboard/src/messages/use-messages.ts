import { use } from 'react'
import { en, type Messages, type Part } from './en'
import { loadedTexts, loadTexts } from './load-messages'

function useTexts<P extends Part>(part: P): Messages[P] {
  // Also where they are loaded: React replays a component that has waited, and expects the same call there.
  use(loadTexts(part))
  const texts = loadedTexts(part)
  if (!texts) throw new Error(`The texts of ${part} are not loaded`)
  return texts
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
