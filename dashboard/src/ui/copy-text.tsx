import { Button, Code, CopyButton, Group } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'

/** A text that is worth copying, such as an id, with a button that copies it. */
export function CopyText({ text, label }: { text: string; label: string }): ReactElement {
  const t = useMessages().ui
  return (
    <Group gap="xs" wrap="nowrap">
      <Code style={{ overflowWrap: 'anywhere' }}>{text}</Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="subtle" flex="none" onClick={copy} aria-label={`${t.copy}: ${label}`}>
            {copied ? t.copied : t.copy}
          </Button>
        )}
      </CopyButton>
    </Group>
  )
}
