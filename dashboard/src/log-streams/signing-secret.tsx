import { Alert, Stack, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { CopyText } from '../ui/copy-text'

/** The secret that signs the requests of a stream, which is shown this once. */
export function SigningSecret({ secret }: { secret: string }): ReactElement {
  const t = useMessages().logStreams
  return (
    <Alert variant="light" title={t.secret}>
      <Stack gap="xs">
        <Text size="sm">{t.secretHint}</Text>
        <CopyText text={secret} label={t.secret} />
      </Stack>
    </Alert>
  )
}
