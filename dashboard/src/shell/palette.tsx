import { useDebouncedValue } from '@mantine/hooks'
import { createSpotlight, Spotlight } from '@mantine/spotlight'
import { useRouter } from '@tanstack/react-router'
import { useState, type KeyboardEvent, type ReactElement } from 'react'
import { permits, useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { navEntries } from '../navigation'
import { useTenant } from '../session/use-session'
import { userSearch } from '../users/user-search'

const [store, { open }] = createSpotlight()

/** Opens the palette, which must be on the page. */
export const openPalette = open

const pause_ms = 200
const found_max = 5

type Entry = { href: string; label: string; description?: string }

/** Goes to a page, a user, a connection, an application, an API or log events by keyboard. Ctrl-Enter opens a new tab. The server searches. */
export function Palette(): ReactElement {
  const t = useMessages()
  const router = useRouter()
  const [query, setQuery] = useState('')
  const groups = useEntries(query.trim())
  const openInTab = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    const href = document.querySelector('[data-palette-href][data-selected]')?.getAttribute('data-palette-href')
    if (typeof href !== 'string') return
    event.preventDefault()
    event.stopPropagation()
    window.open(href, '_blank', 'noopener')
  }
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      onKeyDownCapture={openInTab}
      attributes={{ content: { 'aria-label': t.shell.search } }}
    >
      <Spotlight.Search placeholder={t.shell.searchHint} aria-label={t.shell.searchHint} />
      <Spotlight.ActionsList>
        {groups.map(
          ({ label, entries }) =>
            entries.length > 0 && (
              <Spotlight.ActionsGroup key={label} label={label}>
                {entries.map((entry) => (
                  <Spotlight.Action
                    key={entry.href}
                    data-palette-href={entry.href}
                    label={entry.label}
                    description={entry.description}
                    onClick={() => void router.navigate({ href: entry.href })}
                  />
                ))}
              </Spotlight.ActionsGroup>
            ),
        )}
        {groups.every(({ entries }) => entries.length === 0) && (
          <Spotlight.Empty>{t.shell.nothingFound}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

function useEntries(query: string): { label: string; entries: Entry[] }[] {
  const t = useMessages()
  const { tenant_id, role } = useTenant()
  const [text] = useDebouncedValue(query, pause_ms)
  const can_users = useCan('listUsers')
  const can_connections = useCan('listConnections')
  const can_clients = useCan('listClients')
  const can_apis = useCan('listResourceServers')
  const can_logs = useCan('listLogs')
  const base = `/t/${tenant_id}`
  const logs_href = useRouter().buildLocation({
    to: '/t/$tenant_id/logs',
    params: { tenant_id },
    search: { q: query },
  }).href
  const users = useRead(
    'listUsers',
    { q: userSearch(text), per_page: found_max },
    { enabled: text !== '' && can_users },
  )
  const connections = useRead(
    'listConnections',
    { q: text, fields: 'id,name', per_page: found_max },
    { enabled: text !== '' && can_connections },
  )
  const clients = useRead(
    'listClients',
    { q: text, is_global: false, fields: 'client_id,name', per_page: found_max },
    { enabled: text !== '' && can_clients },
  )
  const apis = useRead(
    'listResourceServers',
    { q: text, fields: 'id,name,identifier', per_page: found_max },
    { enabled: text !== '' && can_apis },
  )
  const has = (label: string): boolean => label.toLowerCase().includes(query.toLowerCase())
  const pages = navEntries
    .filter(({ needs }) => permits(role, needs))
    .map(({ path, label }): Entry => ({ href: `${base}/${path}`, label: t.navigation.pages[label] }))
    .filter(({ label }) => has(label))
  // Enter must never open what was found for a previous text.
  const found_users = text !== query || !Array.isArray(users.data) ? [] : users.data
  const found_connections = text === '' || text !== query || !Array.isArray(connections.data) ? [] : connections.data
  const found_clients = text === '' || text !== query || !Array.isArray(clients.data) ? [] : clients.data
  const found_apis = text === '' || text !== query || !Array.isArray(apis.data) ? [] : apis.data
  // The entry that is always there comes after what was found, so that Enter opens that.
  const is_searched = text === query && [users, connections, clients, apis].every(({ isFetching }) => !isFetching)
  return [
    { label: t.shell.pages, entries: pages },
    {
      label: t.shell.connections,
      entries: found_connections.map(({ id, name }) => ({
        href: `${base}/connections/${encodeURIComponent(id)}`,
        label: name,
      })),
    },
    {
      label: t.navigation.pages.applications,
      entries: found_clients.map(({ client_id, name }) => ({
        href: `${base}/applications/${client_id}`,
        label: name,
        description: client_id,
      })),
    },
    {
      label: t.navigation.pages.apis,
      entries: found_apis.map(({ id, name, identifier }) => ({
        href: `${base}/apis/${id}`,
        label: name ?? identifier,
        description: identifier,
      })),
    },
    {
      label: t.shell.users,
      entries: found_users.map((user) => ({
        href: `${base}/users/${encodeURIComponent(user.user_id)}`,
        label: user.email ?? user.username ?? user.phone_number ?? user.user_id,
        description: user.name,
      })),
    },
    {
      label: t.navigation.pages.logs,
      // Also of people who have not moved, and by the reference code of a failure page.
      entries: query === '' || !can_logs || !is_searched ? [] : [{ href: logs_href, label: t.shell.searchLogs(query) }],
    },
  ]
}
