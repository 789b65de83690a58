import { getRouteApi, Link, Outlet } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { LinkTabs } from '../ui/link-tabs'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { isClientType } from './client-types'
import { useApplication } from './use-application'

const route = getRouteApi('/t/$tenant_id/applications/$client_id')

/** The frame of the pages of one application: its name, its type, and a tab for each page. */
export function ApplicationLayout(): ReactElement {
  const t = useMessages().applications
  const { tenant_id, client_id } = route.useParams()
  const { data: client, error, refetch } = useApplication(client_id)
  if (error && !client) return <Problem error={error} onRetry={() => void refetch()} />
  if (!client) return <RoutePending />
  const { app_type } = client
  return (
    <Page
      title={client.name}
      subtitle={isClientType(app_type) ? t.types[app_type] : t.otherType(app_type)}
      breadcrumbs={[
        <Link key="applications" from="/t/$tenant_id" to="./applications">
          {t.title}
        </Link>,
      ]}
    >
      <LinkTabs
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
      <Outlet />
    </Page>
  )
}
