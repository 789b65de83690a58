import { Button, Group, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Section } from '../ui/section'

/** Removes the mail service, once its name was typed: its credentials cannot be brought back. */
export function RemoveMailService({ name }: { name: string }): ReactElement {
  const t = useMessages().email
  const remove = useCall('deleteEmailProvider', { also: ['email-templates'] })
  const [is_open, setIsOpen] = useState(false)
  return (
    <Section title={t.remove}>
      <Text size="sm">{t.removeText}</Text>
      <Group>
        <Permission call="deleteEmailProvider">
          <Button color="red" variant="outline" onClick={() => setIsOpen(true)}>
            {t.remove}
          </Button>
        </Permission>
      </Group>
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={t.remove}
        action={t.remove}
        name={name}
        is_busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({}, { onSuccess: () => notify(t.removed) })}
      >
        {t.removeText}
      </ConfirmDialog>
    </Section>
  )
}
