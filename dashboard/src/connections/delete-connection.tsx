import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'

const route = getRouteApi('/t/$tenant_id/connections/$connection_id/')

/** Deletes a connection, once its name was typed: says first how many users go with it. */
export function DeleteConnection({ connection }: { connection: Answer<'getConnection'> }): ReactElement {
  const t = useMessages().connections
  const navigate = route.useNavigate()
  const [is_open, setIsOpen] = useState(false)
  const { data: migration } = useRead('getMigration', { connection_id: connection.id, days: 1 }, { enabled: is_open })
  const remove = useCall('deleteConnection', { also: ['users', 'migrations', 'jobs'] })
  const confirm = (): void =>
    remove.mutate(
      { id: connection.id },
      {
        onSuccess: () => {
          notify(t.deleted(connection.name))
          void navigate({ to: '/t/$tenant_id/connections' })
        },
      },
    )
  return (
    <Paper withBorder p="md" maw={760} component="section" aria-label={t.delete}>
      <Stack>
        <Title order={2} size="h4">
          {t.delete}
        </Title>
        <Text>{t.deleteText}</Text>
        <Group>
          <Permission call="deleteConnection">
            <Button color="red" variant="outline" onClick={() => setIsOpen(true)}>
              {t.delete}
            </Button>
          </Permission>
        </Group>
      </Stack>
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={t.deleteTitle(connection.name)}
        action={t.delete}
        name={connection.name}
        is_busy={remove.isPending}
        error={remove.error}
        onConfirm={confirm}
      >
        <Text>{migration ? t.deleteUsers(migration.users, migration.records) : t.deleteText}</Text>
      </ConfirmDialog>
    </Paper>
  )
}
