import { Code, Stack, Text, Title } from '@mantine/core'
import type { ReactElement } from 'react'

/** A text as a program wrote it, such as console lines or JSON, under its heading. `empty`: what is said where there is none. */
export function TextBlock({ title, text, empty }: { title: string; text: string; empty?: string }): ReactElement {
  return (
    <Stack gap="xs">
      <Title order={4} size="h5">
        {title}
      </Title>
      {text === '' ? (
        <Text size="sm" c="dimmed">
          {empty}
        </Text>
      ) : (
        <Code block tabIndex={0} style={{ maxHeight: '20rem', overflow: 'auto' }}>
          {text}
        </Code>
      )}
    </Stack>
  )
}
