import { Alert } from '@mantine/core'
import { getRouteApi, Link, Outlet } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { CopyText } from '../ui/copy-text'
import { LinkTabs } from '../ui/link-tabs'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { nameOfApi, useApi } from './use-api'

const route = getRouteApi('/t/$tenant_id/apis/$api_id')

/** The frame of the pages of one API: its name, its identifier, and a tab for each page. */
export function ApiLayout(): ReactElement {
  const t = useMessages().apis
  const { tenant_id, api_id } = route.useParams()
  const { data: api, error, refetch } = useApi(api_id)
  if (error && !api) return <Problem error={error} onRetry={() => void refetch()} />
  if (!api) return <RoutePending />
  return (
    <Page
      title={nameOfApi(api)}
      subtitle={<CopyText text={api.identifier} label={t.identifier} />}
      breadcrumbs={[
        <Link key="apis" from="/t/$tenant_id" to="./apis">
          {t.title}
        </Link>,
      ]}
    >
      {api.is_system && <Alert variant="light">{t.systemText}</Alert>}
      <LinkTabs
        label={t.parts}
        base={`/t/${tenant_id}/apis/${api_id}`}
        tabs={[
          { path: '', label: t.settings },
          { path: 'permissions', label: t.permissions },
          { path: 'applications', label: t.applications },
        ]}
      />
      <Outlet />
    </Page>
  )
}
