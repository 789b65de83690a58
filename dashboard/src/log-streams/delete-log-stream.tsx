import { Button, Group, Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Section } from '../ui/section'

const route = getRouteApi('/t/$tenant_id/log-streams/$log_stream_id')

/** Deletes a log stream, once its name was typed. */
export function DeleteLogStream({ stream }: { stream: { id: string; name: string } }): ReactElement {
  const t = useMessages().logStreams
  const navigate = route.useNavigate()
  const remove = useCall('deleteLogStream')
  const [is_open, setIsOpen] = useState(false)
  const confirm = (): void =>
    remove.mutate(
      { id: stream.id },
      {
        onSuccess: () => {
          notify(t.deleted(stream.name))
          void navigate({ to: '/t/$tenant_id/log-streams' })
        },
      },
    )
  return (
    <Section title={t.delete}>
      <Text size="sm">{t.deleteText}</Text>
      <Group>
        <Permission call="deleteLogStream">
          <Button color="red" variant="outline" onClick={() => setIsOpen(true)}>
            {t.delete}
          </Button>
        </Permission>
      </Group>
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={t.deleteTitle(stream.name)}
        action={t.delete}
        name={stream.name}
        is_busy={remove.isPending}
        error={remove.error}
        onConfirm={confirm}
      >
        {t.deleteText}
      </ConfirmDialog>
    </Section>
  )
}
