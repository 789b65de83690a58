import { Group, Skeleton, Stack, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { AddKey } from './add-key'
import { enabled_keys_max, keys_max, keysInUse, type Key } from './application-keys'
import type { Client } from './client-types'
import { KeyActions, UseSecretAgain } from './key-actions'

/** The public keys of an application, and which of them are in use. */
export function PublicKeys({ client }: { client: Client }): ReactElement {
  const t = useMessages().applications
  const { client_id } = client
  const { data, error, refetch } = useRead('listClientCredentials', { id: client_id })
  const used = keysInUse(client)
  return (
    <Section
      title={t.keys}
      hint={t.keysHint(enabled_keys_max, keys_max)}
      actions={<AddKey client_id={client_id} is_full={(data?.length ?? 0) >= keys_max} />}
    >
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {!error && !data && <Skeleton height={52} />}
      {data?.length === 0 && <Text size="sm">{t.noKeys}</Text>}
      {data !== undefined && data.length > 0 && (
        <DataTable
          label={t.keys}
          head={[t.keyColumns.name, t.keyColumns.expires, t.keyColumns.state, t.keyColumns.actions]}
          rows={data.map((key) => [
            <KeyName key="name" client_key={key} />,
            <Time key="expires" value={key.expires_at} />,
            <State key="state" client_key={key} is_used={used?.includes(key.id) === true} />,
            <KeyActions
              key="actions"
              client={client}
              client_key={key}
              is_full={(used?.length ?? 0) >= enabled_keys_max}
            />,
          ])}
        />
      )}
      {used !== undefined && (
        <Group>
          <UseSecretAgain client_id={client_id} />
        </Group>
      )}
    </Section>
  )
}

function KeyName({ client_key: { name, kid, alg } }: { client_key: Key }): ReactElement {
  return (
    <Stack gap={0}>
      {name !== undefined && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
      )}
      <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {kid} · {alg}
      </Text>
    </Stack>
  )
}

function State({ client_key: { expires_at }, is_used }: { client_key: Key; is_used: boolean }): ReactElement {
  const t = useMessages().applications
  if (expires_at !== undefined && Date.parse(expires_at) <= Date.now()) {
    return <StateBadge tone="bad">{t.expired}</StateBadge>
  }
  return is_used ? <StateBadge tone="good">{t.inUse}</StateBadge> : <StateBadge tone="neutral">{t.notInUse}</StateBadge>
}
