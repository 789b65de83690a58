import { Alert, Button, Group, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { CompareDraft } from './draft-buttons'

/** Offers the changes of before a reload. */
export function OfferedDraft({
  title,
  onTake,
  onDiscard,
}: {
  title: string
  onTake: () => void
  onDiscard: () => void
}): ReactElement {
  const t = useMessages().scripting
  return (
    <Alert color="blue" title={title}>
      <Text size="sm">{t.offeredHint}</Text>
      <Group mt="sm">
        <Button size="xs" onClick={onTake}>
          {t.takeOffered}
        </Button>
        <Button size="xs" variant="default" onClick={onDiscard}>
          {t.discardOffered}
        </Button>
      </Group>
    </Alert>
  )
}

/** Says that another admin saved what a draft was begun from, shows both, and lets the admin choose. */
export function DraftConflict({
  title,
  saved,
  text,
  onDiscard,
  onRebase,
}: {
  title: string
  /** What is saved now. */
  saved: string
  text: string
  onDiscard: () => void
  /** Lets the next save replace what is saved now. */
  onRebase: () => void
}): ReactElement {
  const t = useMessages().scripting
  const [is_open, setIsOpen] = useState(false)
  return (
    <Alert color="red" role="alert" title={title}>
      <Text size="sm">{t.conflictHint}</Text>
      <Group mt="sm">
        <Button size="xs" variant="default" onClick={() => setIsOpen(true)}>
          {t.compare}
        </Button>
        <Button size="xs" variant="default" onClick={onDiscard}>
          {t.takeTheirs}
        </Button>
        <Button size="xs" color="red" variant="outline" onClick={onRebase}>
          {t.overwrite}
        </Button>
      </Group>
      <CompareDraft saved={saved} text={text} is_open={is_open} onClose={() => setIsOpen(false)} />
    </Alert>
  )
}
