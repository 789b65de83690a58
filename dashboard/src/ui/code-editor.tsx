import { Skeleton, Stack, Text, useComputedColorScheme } from '@mantine/core'
import { Suspense, type ReactElement } from 'react'
import { lazyPart } from './lazy-part'
import { useMessages } from '../messages/use-messages'
import type { CodeEditorProps } from './code-editor-view'

const View = lazyPart(() => import('./code-editor-view'), 'CodeEditorView')

const line_px = 18

/**
 * An editor of code with completions that the page gives, and an error on its line. Tab indents; the hint below says how the keyboard
 * leaves it.
 */
export function CodeEditor(props: Omit<CodeEditorProps, 'is_dark'>): ReactElement {
  const t = useMessages().ui
  const is_dark = useComputedColorScheme('light') === 'dark'
  return (
    <Stack gap={4}>
      <Suspense fallback={<Skeleton height={(props.rows ?? 16) * line_px} />}>
        <View {...props} is_dark={is_dark} />
      </Suspense>
      <Text size="xs" c="dimmed">
        {t.editorHint}
      </Text>
      {props.error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {t.lineOf(props.error.line, props.error.message)}
        </Text>
      )}
    </Stack>
  )
}
