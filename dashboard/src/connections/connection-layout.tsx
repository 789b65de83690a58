import { getRouteApi, Link, Outlet } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { LinkTabs } from '../ui/link-tabs'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { modeOf } from './connection-mode'
import { connectionTabs } from './tabs'

const route = getRouteApi('/t/$tenant_id/connections/$connection_id')

/** The frame of the pages of one connection: its name, its mode, and a tab for each page. */
export function ConnectionLayout(): ReactElement {
  const t = useMessages().connections
  const { tenant_id, connection_id } = route.useParams()
  const { data: connection, error, refetch } = useRead('getConnection', { id: connection_id })
  if (error && !connection) return <Problem error={error} onRetry={() => void refetch()} />
  if (!connection) return <RoutePending />
  return (
    <Page
      title={connection.display_name ?? connection.name}
      subtitle={t.modes[modeOf(connection)]}
      breadcrumbs={[
        <Link key="connections" from="/t/$tenant_id" to="./connections">
          {t.title}
        </Link>,
      ]}
    >
      <LinkTabs
        label={t.parts}
        base={`/t/${tenant_id}/connections/${connection_id}`}
        tabs={connectionTabs.map(({ path, label }) => ({ path, label: t.tabs[label] }))}
      />
      <Outlet />
    </Page>
  )
}
