import { Button, Modal, Stack, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { signInBeside } from './session'

// Above every other dialog: one of them may have been open.
const over_all = 1000

/** Offers the sign-in over the page, for a session that has ended: the page keeps what was typed. */
export function SessionEnded(): ReactElement {
  const t = useMessages().session
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={over_all}
      title={t.endedTitle}
    >
      <Stack>
        <Text>{t.endedText}</Text>
        <Button onClick={() => void signInBeside()}>{t.signInBeside}</Button>
      </Stack>
    </Modal>
  )
}
