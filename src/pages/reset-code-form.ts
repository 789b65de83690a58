import type { IdentifierKind } from '../connections/identifier-rules.ts'
import { identifierField, noticeOf, type Field } from './form-values.ts'
import type { Look } from './look.ts'
import type { PageError } from './page-problems.ts'
import type { WayOn } from './problem-page.ts'
import { renderPage, type Page } from './render-page.ts'
import { translator } from './translate.ts'

/** What the page shows on which the code of a text message is entered. */
export type ResetCodeModel = {
  /** The names of the connections in which the code may be valid. */
  connections: readonly string[]
  identifier: string
  identifiers: readonly IdentifierKind[]
  /** Whether the page answers a request for a new password: it says then that a message is on its way, if there is such a user. */
  is_answer?: boolean
  /** Whether the migration of one of the connections is being finished: an answer then says what to do when no message comes. */
  is_finishing?: boolean
  error?: PageError | undefined
  ways_on?: readonly WayOn[]
}

/** The page on which the code of a text message is entered. It is the same whether the user exists or not. */
export function renderResetCodePage(look: Look, model: ResetCodeModel): Page {
  const { connections, identifier, identifiers, is_answer, is_finishing, error, ways_on = [] } = model
  const t = translator(look)
  const code: Field = {
    id: 'code',
    label: t('code'),
    type: 'text',
    value: '',
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
  }
  const notice = error && noticeOf(look, error)
  const values = {
    hidden: { connection: connections.join(',') },
    sent_to: is_answer === true ? identifier : undefined,
    is_finishing: is_answer === true && is_finishing === true,
    fields: { identifier: identifierField(look, identifiers, identifier), code },
    notice,
    focus: notice?.field ?? (identifier === '' ? 'username' : 'code'),
    ways_on,
  }
  return renderPage(look, { template: 'reset-code', values })
}
