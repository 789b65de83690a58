import { Button, Group } from '@mantine/core'
import { useState, type ReactElement, type ReactNode } from 'react'
import type { RouteName } from '../client/contract-types'
import { ConfirmDialog } from './confirm-dialog'
import { Permission } from './permission'
import { Section } from './section'

/** The end of a page of settings: deletes the thing of the page, once its name was typed. */
export function DeleteSection({
  call,
  action,
  title,
  text,
  name,
  is_busy,
  error,
  onConfirm,
}: {
  /** The operation that deletes it. */
  call: RouteName
  action: string
  /** The question of the dialog. */
  title: string
  /** What ends with it. */
  text: ReactNode
  name: string
  is_busy: boolean
  error: unknown
  onConfirm: () => void
}): ReactElement {
  const [is_open, setIsOpen] = useState(false)
  return (
    <Section title={action} hint={text}>
      <Group>
        <Permission call={call}>
          <Button color="red" variant="outline" onClick={() => setIsOpen(true)}>
            {action}
          </Button>
        </Permission>
      </Group>
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={title}
        action={action}
        name={name}
        is_busy={is_busy}
        error={error}
        onConfirm={onConfirm}
      >
        {text}
      </ConfirmDialog>
    </Section>
  )
}
