import { MergeView } from '@codemirror/merge'
import { EditorState } from '@codemirror/state'
import { useEffect, useRef, type ReactElement } from 'react'
import { extensionsOf, type Language } from './code-mirror'

/** The properties of `DiffView`: a text and its name on each side. */
export type DiffViewProps = {
  left: { label: string; text: string }
  right: { label: string; text: string }
  language: Language
  is_dark: boolean
}

/** The diff itself. Use `DiffView`, which loads it. */
export function DiffViewMerge({ left, right, language, is_dark }: DiffViewProps): ReactElement {
  const parent = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!parent.current) return undefined
    const side = ({ label, text }: { label: string; text: string }) => ({
      doc: text,
      extensions: [...extensionsOf(language, is_dark, label), EditorState.readOnly.of(true)],
    })
    const view = new MergeView({
      a: side(left),
      b: side(right),
      parent: parent.current,
      collapseUnchanged: { margin: 3, minSize: 6 },
    })
    return () => view.destroy()
  }, [left.label, left.text, right.label, right.text, language, is_dark])
  return (
    <div>
      <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', fontWeight: 600 }}>
        <span>{left.label}</span>
        <span>{right.label}</span>
      </div>
      <div ref={parent} style={{ maxHeight: '60dvh', overflow: 'auto' }} />
    </div>
  )
}
