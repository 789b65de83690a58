import { en, type Messages, type Part } from './en'
import { failureOf, loadedTexts, loadTexts } from './load-messages'

function textsOf<P extends Part>(part: P): Messages[P] {
  const texts = loadedTexts(part)
  if (texts) return texts
  const failure = failureOf(part)
  if (failure) throw failure
  // Thrown, and not passed to React's `use`: React resumes a component that has used a promise, and mixes up the hooks after the call where
  // it is not made again. Callbacks read texts as well, so that it could not be made each time.
  const pending: unknown = loadTexts(part)
  throw pending
}

const parts = Object.keys(en) as Part[]
const messages = Object.defineProperties(
  {},
  Object.fromEntries(parts.map((part) => [part, { enumerable: true, get: () => textsOf(part) }])),
) as Messages

/**
 * The texts of the language that is shown. The texts of a part are loaded when a component names the part for the first time, as in
 * `useMessages().users`: until they are there, what `Suspense` has as its fallback is shown.
 */
export const useMessages = (): Messages => messages
