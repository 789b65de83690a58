import { useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { LinkTabs } from '../ui/link-tabs'

/** The pages about all actions: the library, and what the triggers run. */
export function ActionTabs(): ReactElement {
  const t = useMessages().actions
  const { tenant_id = '' } = useParams({ strict: false })
  return (
    <LinkTabs
      label={t.title}
      base={`/t/${tenant_id}/actions`}
      tabs={[
        { path: '', label: t.library },
        { path: 'triggers', label: t.triggers },
      ]}
    />
  )
}
