import { Button } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { CompareDialog } from '../ui/compare-dialog'
import { ConfirmDialog } from '../ui/confirm-dialog'

/** A draft and what is saved, next to each other. */
export function CompareDraft({
  saved,
  text,
  is_open,
  onClose,
}: {
  saved: string
  text: string
  is_open: boolean
  onClose: () => void
}): ReactElement {
  const t = useMessages().scripting
  return (
    <CompareDialog
      is_open={is_open}
      onClose={onClose}
      left={{ label: t.savedSide, text: saved }}
      right={{ label: t.yoursSide, text }}
    />
  )
}

/** Discards a draft, after a question, or compares it with what is saved. */
export function DraftButtons({
  saved,
  text,
  onDiscard,
}: {
  saved: string
  text: string
  onDiscard: () => void
}): ReactElement {
  const t = useMessages().scripting
  const [dialog, setDialog] = useState<'discard' | 'compare'>()
  const close = (): void => setDialog(undefined)
  return (
    <>
      <Button variant="default" onClick={() => setDialog('discard')}>
        {t.discard}
      </Button>
      <Button variant="default" onClick={() => setDialog('compare')}>
        {t.compare}
      </Button>
      <ConfirmDialog
        is_open={dialog === 'discard'}
        onClose={close}
        title={t.discardTitle}
        action={t.discard}
        onConfirm={() => {
          close()
          onDiscard()
        }}
      >
        {t.discardText}
      </ConfirmDialog>
      <CompareDraft saved={saved} text={text} is_open={dialog === 'compare'} onClose={close} />
    </>
  )
}
