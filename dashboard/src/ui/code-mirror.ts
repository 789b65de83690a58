// CodeMirror, in a chunk of its own: `CodeEditor` and `DiffView` load it.
import {
  autocompletion,
  closeBrackets,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { html } from '@codemirror/lang-html'
import { javascript } from '@codemirror/lang-javascript'
import { json } from '@codemirror/lang-json'
import {
  bracketMatching,
  defaultHighlightStyle,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { oneDarkHighlightStyle } from '@codemirror/theme-one-dark'
import { tags } from '@lezer/highlight'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { nonce } from './nonce'

/** The languages of texts. */
export type Language = 'javascript' | 'json' | 'html'

/** A completion: what is inserted, and what is said of it. `after`: it is offered only where the line before the cursor matches, and then alone. */
export type Completion = { label: string; detail?: string; info?: string; after?: RegExp }

/** A mark on a line. */
export type LineError = { line: number; message: string }

const languages: Record<Language, () => Extension> = { javascript: () => javascript(), json, html: () => html() }

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--mantine-color-body)', color: 'var(--mantine-color-text)', fontSize: '13px' },
  '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)' },
  '.cm-content': { fontFamily: 'var(--mantine-font-family-monospace)', caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--mantine-color-body)',
    color: 'var(--mantine-color-dimmed)',
    borderRight: '1px solid var(--mantine-color-default-border)',
  },
  // Fainter than a hovered row: the colours of the code keep their contrast on it.
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--mantine-color-default-hover) 15%, transparent)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--mantine-color-body)',
    color: 'var(--mantine-color-text)',
    border: '1px solid var(--mantine-color-default-border)',
  },
})

const shown = (completions: readonly Completion[]): Omit<Completion, 'after'>[] =>
  completions.map(({ after: _after, ...completion }) => completion)

const complete =
  (completions: () => readonly Completion[]) =>
  (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos)
    const before = line.text.slice(0, context.pos - line.from)
    const here = completions().filter(({ after }) => after?.test(before) === true)
    if (here.length > 0) {
      const name = context.matchBefore(/[\w@/.:-]*/)
      return { from: name?.from ?? context.pos, options: shown(here), validFor: /^[\w@/.:-]*$/ }
    }
    const word = context.matchBefore(/[\w$.]*/)
    if (!word || (word.from === word.to && !context.explicit)) return null
    const anywhere = completions().filter(({ after }) => after === undefined)
    return { from: word.from, options: shown(anywhere), validFor: /^[\w$.]*$/ }
  }

const scheme = new Compartment()

// Strings of the light style and comments of the dark one have a contrast of 3.8 and 4.3; WCAG 2.2 asks for 4.5.
const light_strings = HighlightStyle.define([
  { tag: [tags.string, tags.regexp, tags.escape, tags.special(tags.string)], color: '#a31515' },
])
const dark_comments = HighlightStyle.define([{ tag: [tags.comment, tags.meta], color: '#9aa3b2' }])

const schemeOf = (is_dark: boolean): Extension => [
  // The first style that knows a token colours it.
  syntaxHighlighting(is_dark ? dark_comments : light_strings),
  syntaxHighlighting(is_dark ? oneDarkHighlightStyle : defaultHighlightStyle),
  EditorView.theme({}, { dark: is_dark }),
]

/** Shows an editor in the dark or the light colour scheme; its text, its history and the cursor stay. */
export function setDark(view: EditorView, is_dark: boolean): void {
  view.dispatch({ effects: scheme.reconfigure(schemeOf(is_dark)) })
}

/** What editors and diffs share. */
export function extensionsOf(language: Language, is_dark: boolean, label: string): Extension[] {
  return [
    EditorView.cspNonce.of(nonce),
    lineNumbers(),
    drawSelection(),
    bracketMatching(),
    languages[language](),
    look,
    scheme.of(schemeOf(is_dark)),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label, 'data-enable-grammarly': 'false' }),
  ]
}

/** An editor of a text. */
export function openEditor(options: {
  parent: Element
  value: string
  language: Language
  is_dark: boolean
  label: string
  is_read_only: boolean
  completions: () => readonly Completion[]
  onChange: (value: string) => void
}): EditorView {
  return new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.value,
      extensions: [
        ...extensionsOf(options.language, options.is_dark, options.label),
        history(),
        closeBrackets(),
        indentOnInput(),
        highlightActiveLine(),
        lintGutter(),
        autocompletion({ override: [complete(options.completions)] }),
        // Escape closes the completion; Escape, then Tab, leaves the editor: CodeMirror's own rule for `indentWithTab`.
        keymap.of([...completionKeymap, ...searchKeymap, ...historyKeymap, indentWithTab, ...defaultKeymap]),
        EditorState.readOnly.of(options.is_read_only),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString())
        }),
      ],
    }),
  })
}

/** Replaces the text of an editor, where it is another one. */
export function setText(view: EditorView, text: string): void {
  if (view.state.doc.toString() === text) return
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } })
}

/** Marks the line of an error, or none, and brings it into view. */
export function markError(view: EditorView, error: LineError | undefined): void {
  const { doc } = view.state
  const line = error && error.line >= 1 && error.line <= doc.lines ? doc.line(error.line) : undefined
  const diagnostics =
    error && line ? [{ from: line.from, to: line.to, severity: 'error' as const, message: error.message }] : []
  view.dispatch(setDiagnostics(view.state, diagnostics))
  if (line) view.dispatch({ effects: EditorView.scrollIntoView(line.from, { y: 'center' }) })
}
