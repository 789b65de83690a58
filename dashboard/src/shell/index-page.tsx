import { Center } from '@mantine/core'
import { Navigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { permits } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { navEntries } from '../navigation'
import { useSession, useTenant } from '../session/use-session'
import { EmptyState } from '../ui/empty-state'
import { lastTenant } from './last-tenant'
import { RequireSession } from './require-session'

/** `/`: goes on to the tenant that was opened last. */
export function IndexPage(): ReactElement {
  return (
    <RequireSession>
      <FirstTenant />
    </RequireSession>
  )
}

function FirstTenant(): ReactElement {
  const t = useMessages().shell
  const tenant = lastTenant(useSession().tenants)
  if (tenant) return <Navigate to="/t/$tenant_id" params={{ tenant_id: tenant.tenant_id }} replace />
  return (
    <Center p="xl" component="main">
      <EmptyState is_page title={t.noTenant} hint={t.noTenantHint} />
    </Center>
  )
}

/** `/t/{tenant_id}`: goes on to the first page that the role permits. */
export function TenantIndexPage(): ReactElement {
  const { tenant_id, role } = useTenant()
  const first = navEntries.find(({ needs }) => permits(role, needs))
  return <Navigate to={`/t/${tenant_id}/${first?.path ?? 'users'}` as '/'} replace />
}
