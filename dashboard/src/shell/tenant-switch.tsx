import { Button, Menu, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { useSession } from '../session/use-session'

/** Shows the tenant of the page, and links to the admin's others. */
export function TenantSwitch({ tenant_id }: { tenant_id: string }): ReactElement {
  const t = useMessages()
  const { tenants } = useSession()
  const current = tenants.find((one) => one.tenant_id === tenant_id)
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <Button variant="subtle" size="xs" aria-label={`${t.shell.tenant}: ${current?.name ?? t.shell.chooseTenant}`}>
          <Text truncate size="sm" maw={180}>
            {current?.name ?? t.shell.chooseTenant}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t.shell.chooseTenant}</Menu.Label>
        {tenants.map((one) => (
          <Menu.Item
            key={one.tenant_id}
            component={Link}
            to={`/t/${one.tenant_id}`}
            aria-current={one.tenant_id === tenant_id ? 'true' : undefined}
          >
            <Text size="sm">{one.name}</Text>
            <Text size="xs" c="dimmed">
              {one.domain} · {t.ui.roles[one.role]}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
