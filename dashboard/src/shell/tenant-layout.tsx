import { AppShell, Burger, Button, Group, NavLink, ScrollArea, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, Outlet, useChildMatches, useLocation, useParams } from '@tanstack/react-router'
import { useQueryClient } from '@tanstack/react-query'
import { Suspense, useEffect, useState, type ReactElement, type ReactNode } from 'react'
import { permits } from '../client/use-client'
import { getStartedNav } from '../get-started/nav'
import { useLeavingStarted } from '../get-started/use-leaving-started'
import { useMessages } from '../messages/use-messages'
import { navEntries, navigation } from '../navigation'
import { signOut, type TenantOfAdmin } from '../session/session'
import { useSession, useTenant } from '../session/use-session'
import { EmptyState } from '../ui/empty-state'
import { notifyProblem } from '../ui/notices'
import { AdminMenu } from './admin-menu'
import { keepTenant } from './last-tenant'
import type { NavGroup } from './nav-entry'
import { Permitted } from './permitted'
import { RequireSession } from './require-session'
import { StoreBanner } from './store-banner'
import { TenantSwitch } from './tenant-switch'
import { Palette, usePalette } from './use-palette'

/** The frame of a tenant's pages: header, navigation, palette. */
export function TenantLayout(): ReactElement {
  return (
    <RequireSession>
      <Frame />
    </RequireSession>
  )
}

function Frame(): ReactElement {
  const t = useMessages().shell
  const { tenant_id } = useParams({ strict: false })
  const tenants = useSession().tenants
  const tenant = tenants.find((one) => one.tenant_id === tenant_id)
  const is_known = tenant !== undefined
  const left = useLeft(tenant_id, tenant)
  const [is_open, { toggle, close }] = useDisclosure()
  const { pathname } = useLocation()
  const palette = usePalette()
  useEffect(close, [pathname, close])
  useEffect(() => {
    if (is_known && tenant_id !== undefined) keepTenant(tenant_id)
  }, [is_known, tenant_id])
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !is_open, desktop: !is_known } }}
      padding="md"
    >
      <a className="skip-link" href="#content">
        {t.skip}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
            <Burger opened={is_open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t.openNavigation} />
            <Text fw={700} visibleFrom="sm">
              {t.product}
            </Text>
            <TenantSwitch tenant_id={tenant_id ?? ''} />
          </Group>
          <Group gap="xs" wrap="nowrap">
            {is_known && (
              <Button variant="default" size="xs" onClick={palette.open} aria-keyshortcuts="Control+K">
                {t.search}
              </Button>
            )}
            <AdminMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t.navigation}>
        <ScrollArea>{is_known && <Navigation pathname={pathname} />}</ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <StoreBanner />
        {is_known ? (
          <>
            {/* Another tenant shares nothing with this one. */}
            <PermittedPage key={tenant_id} />
            {palette.is_wanted && (
              <Suspense>
                <Palette />
              </Suspense>
            )}
          </>
        ) : (
          <EmptyState
            is_page
            title={left === undefined ? t.unknownTenant : t.leftTenant(left)}
            hint={left === undefined ? t.unknownTenantHint : t.leftTenantHint}
            action={left !== undefined && <SignOut />}
          />
        )}
      </AppShell.Main>
    </AppShell>
  )
}

/** The name of the tenant in the address, where the admin had a role in it while this page was open and has none any more. What was read of it is forgotten. */
function useLeft(tenant_id: string | undefined, tenant: TenantOfAdmin | undefined): string | undefined {
  const client = useQueryClient()
  const [last, setLast] = useState(tenant)
  if (tenant && tenant !== last) setLast(tenant)
  const left = tenant || last?.tenant_id !== tenant_id ? undefined : last
  useEffect(() => {
    if (left) client.removeQueries({ queryKey: [left.tenant_id] })
  }, [client, left])
  return left?.name
}

function SignOut(): ReactElement {
  const t = useMessages().shell
  return (
    <Button
      variant="default"
      onClick={() => void signOut({ everywhere: false }).catch((error: unknown) => notifyProblem(t.signOut, error))}
    >
      {t.signOut}
    </Button>
  )
}

/** The page that is shown, or which role it needs. The address may be that of the next page already, which is still being loaded. */
function PermittedPage(): ReactElement {
  const { tenant_id } = useTenant()
  const pathname = useChildMatches({ select: (matches) => matches.at(-1)?.pathname ?? '' })
  const entry = navEntries.find(({ path }) => isBelow(pathname, `/t/${tenant_id}/${path}`))
  return entry ? (
    <Permitted needs={entry.needs}>
      <Outlet />
    </Permitted>
  ) : (
    <Outlet />
  )
}

const isBelow = (pathname: string, page: string): boolean => pathname === page || pathname.startsWith(`${page}/`)

function Navigation({ pathname }: { pathname: string }): ReactNode {
  const { tenant_id, role } = useTenant()
  useLeavingStarted(isBelow(pathname, `/t/${tenant_id}/${getStartedNav.path}`))
  return navigation.map(({ label, entries }) => {
    const permitted = entries.filter(({ needs, isHidden }) => permits(role, needs) && isHidden?.(tenant_id) !== true)
    return permitted.length > 0 && <NavigationGroup key={label} label={label} entries={permitted} pathname={pathname} />
  })
}

function NavigationGroup({ label, entries, pathname }: NavGroup & { pathname: string }): ReactElement {
  const t = useMessages().navigation
  const { tenant_id } = useTenant()
  return (
    <div role="group" aria-label={t.groups[label]}>
      <Text size="xs" fw={600} c="dimmed" px="sm" pt="sm" pb={4} aria-hidden>
        {t.groups[label]}
      </Text>
      {entries.map((entry) => {
        const to = `/t/${tenant_id}/${entry.path}`
        const is_active = isBelow(pathname, to)
        return (
          <NavLink
            key={entry.path}
            component={Link}
            to={to}
            label={t.pages[entry.label]}
            active={is_active}
            aria-current={is_active ? 'page' : undefined}
          />
        )
      })}
    </div>
  )
}
