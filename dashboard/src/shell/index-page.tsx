import { Center } from '@mantine/core'
import { Navigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { permits, useCan, useRead } from '../client/use-client'
import { getStartedNav } from '../get-started/nav'
import { isStarted } from '../get-started/started'
import { useMessages } from '../messages/use-messages'
import { navEntries } from '../navigation'
import { useSession, useTenant } from '../session/use-session'
import { EmptyState } from '../ui/empty-state'
import { lastTenant } from './last-tenant'
import { RequireSession } from './require-session'
import { RoutePending } from './route-states'

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

/** `/t/{tenant_id}`: "Get started" while no user has moved, else the first page that the role permits. */
export function TenantIndexPage(): ReactElement {
  const { tenant_id } = useTenant()
  const is_wanted = useCan('getFirstSteps') && !isStarted(tenant_id)
  const { data, error } = useRead('getFirstSteps', {}, { enabled: is_wanted })
  if (!is_wanted || error) return <FirstPage />
  if (!data) return <RoutePending />
  if (data.moved === 0) return <Navigate to="/t/$tenant_id/get-started" params={{ tenant_id }} replace />
  return <FirstPage />
}

function FirstPage(): ReactElement {
  const { tenant_id, role } = useTenant()
  const first = navEntries.find(({ needs, path }) => permits(role, needs) && path !== getStartedNav.path)
  return <Navigate to={`/t/${tenant_id}/${first?.path ?? 'users'}` as '/'} replace />
}
