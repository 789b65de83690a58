import { Modal } from '@mantine/core'
import type { ReactElement } from 'react'
import { DiffView } from './diff-view'

/** Two texts of a script next to each other, what differs marked. */
export function CompareDialog({
  is_open,
  onClose,
  left,
  right,
}: {
  is_open: boolean
  onClose: () => void
  left: { label: string; text: string }
  right: { label: string; text: string }
}): ReactElement {
  return (
    <Modal opened={is_open} onClose={onClose} size="90%" title={`${left.label} – ${right.label}`}>
      {is_open && <DiffView left={left} right={right} language="javascript" />}
    </Modal>
  )
}
