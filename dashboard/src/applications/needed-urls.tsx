import { Group, Stack, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { CallButton } from '../ui/call-button'
import { notify } from '../ui/notices'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'
import type { Client } from './client-types'
import type { QuickStart } from './quick-starts'

const lists = ['callbacks', 'allowed_logout_urls', 'web_origins'] as const

/** The URLs that the code of a quick start needs, whether the application has them, and a button that adds those that it lacks. */
export function NeededUrls({ client, urls }: { client: Client; urls: QuickStart['urls'] }): ReactElement | null {
  const texts = useMessages().applications
  const labels = { callbacks: texts.callbacks, allowed_logout_urls: texts.logoutUrls, web_origins: texts.webOrigins }
  const needed = lists.flatMap((list) => {
    const url = urls[list]
    return url === undefined ? [] : [{ list, url, has: client[list]?.includes(url) === true }]
  })
  const missing = needed.filter(({ has }) => !has)
  if (needed.length === 0) return null
  return (
    <Section title={texts.needsUrls}>
      <Stack gap={4} component="ul" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {needed.map(({ list, url, has }) => (
          <Group key={list} component="li" gap="xs">
            <Text size="sm">{labels[list]}:</Text>
            <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {url}
            </Text>
            <StateBadge tone={has ? 'good' : 'warning'}>{has ? texts.isRegistered : texts.isMissing}</StateBadge>
          </Group>
        ))}
      </Stack>
      {missing.length > 0 && (
        <Group>
          <CallButton
            call="updateClient"
            input={{
              id: client.client_id,
              body: Object.fromEntries(missing.map(({ list, url }) => [list, [...(client[list] ?? []), url]])),
            }}
            onSuccess={() => notify(texts.urlsAdded)}
            label={texts.addUrls}
            button={{ size: 'xs' }}
          />
        </Group>
      )}
    </Section>
  )
}
