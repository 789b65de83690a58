import { useMemo, useState } from 'react'
import { ProblemError } from '../client/problem-error'
import type { LineError } from '../ui/code-mirror'
import { useDrafts } from './drafts'

/** An error on a line, found in this text. */
export type CodeMark = LineError & { source: string }

/** The text of one rule or action in its editor. */
export type CodeDraft = {
  saved: string
  text: string
  is_changed: boolean
  /** Whether another text was saved after this one was begun. */
  is_behind: boolean
  /** Whether there is a changed text of before a reload, which was neither taken nor discarded. */
  is_offered: boolean
  /** The error of the text as it is now: after an edit the line may be another one. */
  error: LineError | undefined
  change: (text: string) => void
  mark: (mark: CodeMark | undefined) => void
  /** Ends the draft: it was saved, or is not wanted. */
  discard: () => void
  /** Lets the draft replace what is saved now. */
  rebase: () => void
  takeOffered: () => void
  discardOffered: () => void
}

const script = 'code'

/**
 * The draft of a text.
 *
 * @param of what the text belongs to, such as the id of a rule
 * @param saved the text that the server has
 */
export function useCodeDraft(of: string, saved: string): CodeDraft {
  const state = useDrafts<typeof script, string>(of)
  const [mark, setMark] = useState<CodeMark>()
  const draft = state.drafts.code
  const text = draft?.source ?? saved
  const error = useMemo(
    () => (mark?.source === text ? { line: mark.line, message: mark.message } : undefined),
    [mark, text],
  )
  return {
    saved,
    text,
    is_changed: draft !== undefined,
    is_behind: draft !== undefined && draft.replaces !== saved,
    is_offered: state.offered !== undefined,
    error,
    change: (source) => state.change({ script, source: saved, version: saved }, source),
    mark: setMark,
    discard: () => state.discard([script]),
    rebase: () => state.rebase(script, saved),
    takeOffered: state.takeOffered,
    discardOffered: state.discardOffered,
  }
}

// The refusal of a syntax error names its line.
const syntax_error = /(Syntax error in line (\d+)[^']*)/

/** The line of a syntax error that the server refused; undefined for another problem. */
export function syntaxErrorOf(problem: unknown): LineError | undefined {
  if (!(problem instanceof ProblemError)) return undefined
  const [, message, line] = syntax_error.exec(problem.message) ?? []
  return message === undefined ? undefined : { line: Number(line), message }
}
