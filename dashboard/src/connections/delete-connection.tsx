import { Box } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DeleteSection } from '../ui/delete-section'
import { notify } from '../ui/notices'

const route = getRouteApi('/t/$tenant_id/connections/$connection_id/')

/** Deletes a connection, once its name was typed: says first how many users go with it. */
export function DeleteConnection({ connection: { id, name } }: { connection: Answer<'getConnection'> }): ReactElement {
  const t = useMessages().connections
  const navigate = route.useNavigate()
  return (
    <Box maw={760}>
      <DeleteSection
        call="deleteConnection"
        input={{ id }}
        also={['users', 'migrations', 'jobs']}
        leave={() => navigate({ to: '/t/$tenant_id/connections', ignoreBlocker: true })}
        onSuccess={() => notify(t.deleted(name))}
        label={t.delete}
        title={t.deleteTitle(name)}
        name={name}
        text={t.deleteText}
      >
        <DeletedUsers connection_id={id} />
      </DeleteSection>
    </Box>
  )
}

function DeletedUsers({ connection_id }: { connection_id: string }): string {
  const t = useMessages().connections
  const { data } = useRead('getMigration', { connection_id, days: 1 })
  return data ? t.deleteUsers(data.users, data.records) : t.deleteText
}
