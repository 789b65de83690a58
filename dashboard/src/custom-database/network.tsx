import { Stack, Text, Title } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { AddDestination, Destinations, EgressMode } from '../egress/egress-fields'
import type { EgressAccess } from '../egress/egress-rules'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { DataTable } from '../ui/data-table'
import { notifyProblem } from '../ui/notices'
import { Problem } from '../ui/problem'
import { Time } from '../ui/time'
import { TestDestination } from './test-destination'
import { AllowEntries } from './try-result'

type Egress = Answer<'getEgress'>

/** Where the scripts may connect to: the mode, the destinations with a test of each, and what was refused. */
export function Network({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().custom_database
  const { data, error, refetch } = useRead('getEgress', { id: connection_id })
  return (
    <Stack component="section" aria-label={t.network}>
      <Title order={2} size="h3">
        {t.network}
      </Title>
      <Text c="dimmed">{t.networkHint}</Text>
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <RoutePending />}
      {data && (
        <>
          <Rules connection_id={connection_id} egress={data} />
          <Refused connection_id={connection_id} egress={data} />
        </>
      )}
    </Stack>
  )
}

/** The egress rules of a connection, each destination with a test. */
function useEgressAccess(connection_id: string, { mode, allow }: Egress): EgressAccess {
  const t = useMessages().custom_database
  const set = useCall('setEgress')
  return {
    rules: { mode, allow },
    call: 'setEgress',
    is_busy: set.isPending,
    save: (next, onDone) =>
      set.mutate(
        { id: connection_id, body: next },
        { onSuccess: onDone, onError: (error) => notifyProblem(t.notAllowed, error) },
      ),
    renderTest: (destination, { is_at_once } = { is_at_once: false }) => (
      <TestDestination connection_id={connection_id} destination={destination} is_at_once={is_at_once} />
    ),
  }
}

function Rules({ connection_id, egress }: { connection_id: string; egress: Egress }): ReactElement {
  const t = useMessages().custom_database
  const access = useEgressAccess(connection_id, egress)
  return (
    <>
      <EgressMode access={access} />
      {!egress.private_networks && (
        <Text size="sm" c="dimmed">
          {t.privateNo}
        </Text>
      )}
      <Destinations access={access} />
      <AddDestination access={access} />
      <Text size="sm" c="dimmed">
        {t.fromHint}
      </Text>
    </>
  )
}

function Refused({ connection_id, egress }: { connection_id: string; egress: Egress }): ReactElement | null {
  const t = useMessages().custom_database
  if (egress.refused.length === 0) return null
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {t.refusedTitle}
      </Title>
      <DataTable
        label={t.refusedTitle}
        head={[t.destination, t.savedAt, t.finding, t.actions]}
        rows={egress.refused.map(({ entries, at, script, message }) => [
          <Text key="entries" size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {entries.join(', ')}
          </Text>,
          <Text key="at" size="sm">
            <Time value={at} is_relative />, {t.refusedBy(script)}
          </Text>,
          <Text key="message" size="sm" style={{ overflowWrap: 'anywhere' }}>
            {message}
          </Text>,
          <AllowEntries key="allow" connection_id={connection_id} entries={entries} />,
        ])}
      />
    </Stack>
  )
}
