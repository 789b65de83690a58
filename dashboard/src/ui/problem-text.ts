import { ProblemError } from '../client/problem-error'
import { loadedTexts } from '../messages/load-messages'
import { refusalText } from './refusal-text'

/**
 * What an error says, in the language of the dashboard where it has a text for it, else in the words of the server. It waits for no texts, so
 * that it can be read wherever something fails: before they are there it is the server's.
 */
export function problemText(error: unknown): string {
  if (!(error instanceof ProblemError)) return error instanceof Error ? error.message : String(error)
  const { status, code, message, refused } = error
  const { unreachable, unreachableHint } = loadedTexts('ui') ?? {}
  if (status === 0) return unreachable === undefined ? message : `${unreachable}. ${unreachableHint}`
  const t = loadedTexts('refusals')
  if (!t) return message
  return refused ? t.ofProperty(refused.property, refusalText(refused, t)) : t.problem(code, message)
}
