import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { DeleteSection } from '../ui/delete-section'
import { notify } from '../ui/notices'

const route = getRouteApi('/t/$tenant_id/log-streams/$log_stream_id')

/** Deletes a log stream, once its name was typed. */
export function DeleteLogStream({ stream: { id, name } }: { stream: { id: string; name: string } }): ReactElement {
  const t = useMessages().logStreams
  const navigate = route.useNavigate()
  return (
    <DeleteSection
      call="deleteLogStream"
      input={{ id }}
      leave={() => navigate({ to: '/t/$tenant_id/log-streams', ignoreBlocker: true })}
      onSuccess={() => notify(t.deleted(name))}
      label={t.delete}
      title={t.deleteTitle(name)}
      name={name}
      text={t.deleteText}
    />
  )
}
