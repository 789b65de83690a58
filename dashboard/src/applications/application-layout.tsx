import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { DetailLayout } from '../shell/detail-layout'
import { isClientType } from './client-types'
import { useApplication } from './use-application'

const route = getRouteApi('/t/$tenant_id/applications/$client_id')

/** The frame of the pages of one application: its name, its type, and a tab for each page. */
export function ApplicationLayout(): ReactElement {
  const t = useMessages().applications
  const { tenant_id, client_id } = route.useParams()
  return (
    <DetailLayout
      query={useApplication(client_id)}
      headOf={({ name, app_type }) => ({
        title: name,
        subtitle: isClientType(app_type) ? t.types[app_type] : t.otherType(app_type),
      })}
      list={
        <Link from="/t/$tenant_id" to="./applications">
          {t.title}
        </Link>
      }
      label={t.parts}
      base={`/t/${tenant_id}/applications/${client_id}`}
      tabs={[
        { path: '', label: t.settings },
        { path: 'quick-start', label: t.quickStart },
        { path: 'credentials', label: t.credentials },
        { path: 'connections', label: t.connections },
        { path: 'apis', label: t.apis },
      ]}
    />
  )
}
