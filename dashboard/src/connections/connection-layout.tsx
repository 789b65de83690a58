import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DetailLayout } from '../shell/detail-layout'
import { modeOf } from './connection-mode'
import { connectionTabs } from './tabs'

const route = getRouteApi('/t/$tenant_id/connections/$connection_id')

/** The frame of the pages of one connection: its name, its mode, and a tab for each page. */
export function ConnectionLayout(): ReactElement {
  const t = useMessages().connections
  const { tenant_id, connection_id } = route.useParams()
  return (
    <DetailLayout
      query={useRead('getConnection', { id: connection_id })}
      headOf={(connection) => ({
        title: connection.display_name ?? connection.name,
        subtitle: t.modes[modeOf(connection)],
      })}
      list={
        <Link from="/t/$tenant_id" to="./connections">
          {t.title}
        </Link>
      }
      label={t.parts}
      base={`/t/${tenant_id}/connections/${connection_id}`}
      tabs={connectionTabs.map(({ path, label }) => ({ path, label: t.tabs[label] }))}
    />
  )
}
