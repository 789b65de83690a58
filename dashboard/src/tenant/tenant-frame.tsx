import { Group } from '@mantine/core'
import { Link, Outlet } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useTenant } from '../session/use-session'
import { LinkTabs } from '../ui/link-tabs'
import { Page } from '../ui/page'
import { tenantTabs } from './tabs'

/** The frame of the pages of the tenant itself: its name, a tab for each page, and links to its members and its audit. */
export function TenantFrame(): ReactElement {
  const { tenant: t, navigation } = useMessages()
  const { tenant_id, name, domain } = useTenant()
  const can = { members: useCan('listTenantAdmins'), audit: useCan('listLogs') }
  return (
    <Page
      title={t.titleOf(name)}
      subtitle={domain}
      actions={
        <Group component="nav" aria-label={t.more}>
          {can.members && (
            <Link from="/t/$tenant_id" to="./members">
              {navigation.pages.members}
            </Link>
          )}
          {can.audit && (
            <Link from="/t/$tenant_id" to="./audit">
              {navigation.pages.audit}
            </Link>
          )}
        </Group>
      }
    >
      <LinkTabs
        label={t.parts}
        base={`/t/${tenant_id}/tenant`}
        tabs={tenantTabs.map(({ path, label }) => ({ path, label: t.tabs[label] }))}
      />
      <Outlet />
    </Page>
  )
}
