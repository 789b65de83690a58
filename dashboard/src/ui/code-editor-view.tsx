import type { EditorView } from '@codemirror/view'
import { useEffect, useRef, type ReactElement } from 'react'
import { markError, openEditor, setDark, setText, type Completion, type Language, type LineError } from './code-mirror'

/** The properties of `CodeEditor`. */
export type CodeEditorProps = {
  /** The accessible name. */
  label: string
  value: string
  onChange: (value: string) => void
  language: Language
  is_dark: boolean
  is_read_only?: boolean
  error?: LineError | undefined
  completions?: readonly Completion[]
  /** Lines in view; 16 by default. */
  rows?: number
}

const line_em = 1.4

/** The editor itself. Use `CodeEditor`, which loads it. */
export function CodeEditorView(props: CodeEditorProps): ReactElement {
  const { value, language, is_dark, label, is_read_only = false, error, rows = 16 } = props
  const parent = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const latest = useRef(props)
  latest.current = props
  useEffect(() => {
    if (!parent.current) return undefined
    view.current = openEditor({
      parent: parent.current,
      value: latest.current.value,
      language,
      is_dark: latest.current.is_dark,
      label,
      is_read_only,
      completions: () => latest.current.completions ?? [],
      onChange: (next) => latest.current.onChange(next),
    })
    return () => view.current?.destroy()
  }, [language, label, is_read_only])
  useEffect(() => {
    if (view.current) setDark(view.current, is_dark)
  }, [is_dark])
  useEffect(() => {
    if (view.current) setText(view.current, value)
  }, [value])
  useEffect(() => {
    if (view.current) markError(view.current, error)
  }, [error])
  return (
    <div
      ref={parent}
      style={{
        border: '1px solid var(--mantine-color-default-border)',
        borderRadius: 'var(--mantine-radius-md)',
        overflow: 'auto',
        height: `${rows * line_em}em`,
      }}
    />
  )
}
