import { Alert } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { DetailLayout } from '../shell/detail-layout'
import { CopyText } from '../ui/copy-text'
import { nameOfApi, useApi } from './use-api'

const route = getRouteApi('/t/$tenant_id/apis/$api_id')

/** The frame of the pages of one API: its name, its identifier, and a tab for each page. */
export function ApiLayout(): ReactElement {
  const t = useMessages().apis
  const { tenant_id, api_id } = route.useParams()
  return (
    <DetailLayout
      query={useApi(api_id)}
      headOf={(api) => ({
        title: nameOfApi(api),
        subtitle: <CopyText text={api.identifier} label={t.identifier} />,
        above: api.is_system && <Alert variant="light">{t.systemText}</Alert>,
      })}
      list={
        <Link from="/t/$tenant_id" to="./apis">
          {t.title}
        </Link>
      }
      label={t.parts}
      base={`/t/${tenant_id}/apis/${api_id}`}
      tabs={[
        { path: '', label: t.settings },
        { path: 'permissions', label: t.permissions },
        { path: 'applications', label: t.applications },
      ]}
    />
  )
}
