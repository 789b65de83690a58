import { Button, Group, Radio, Stack, Text, TextInput, Title } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { DataTable } from '../ui/data-table'
import { notifyProblem, notifyUndo } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Time } from '../ui/time'
import { TestDestination } from './test-destination'
import { AllowEntries } from './try-result'
import { useAllowEntries } from './use-allow-entries'

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
          <Mode connection_id={connection_id} egress={data} />
          {!data.private_networks && (
            <Text size="sm" c="dimmed">
              {t.privateNo}
            </Text>
          )}
          <Destinations connection_id={connection_id} egress={data} />
          <AddDestination connection_id={connection_id} />
          <Text size="sm" c="dimmed">
            {t.fromHint}
          </Text>
          <Refused connection_id={connection_id} egress={data} />
        </>
      )}
    </Stack>
  )
}

function Mode({ connection_id, egress }: { connection_id: string; egress: Egress }): ReactElement {
  const t = useMessages().custom_database
  const [asks, setAsks] = useState(false)
  const can = useCan('setEgress')
  const set = useCall('setEgress')
  const { mode, allow } = egress
  const save = (next: Egress['mode'], onDone: () => void): void =>
    set.mutate(
      { id: connection_id, body: { mode: next, allow } },
      { onSuccess: onDone, onError: (error) => notifyProblem(t.notAllowed, error) },
    )
  return (
    <>
      <Radio.Group
        value={mode}
        aria-label={t.network}
        onChange={(next) => (next === 'allow_list' ? setAsks(true) : save('open', () => undefined))}
      >
        <Stack gap="xs">
          <Radio value="open" label={t.open} description={t.openHint} disabled={!can} />
          <Radio value="allow_list" label={t.allowList} disabled={!can} />
        </Stack>
      </Radio.Group>
      <ConfirmDialog
        is_open={asks}
        onClose={() => setAsks(false)}
        title={t.toAllowListTitle}
        action={t.toAllowList}
        is_busy={set.isPending}
        onConfirm={() => save('allow_list', () => setAsks(false))}
      >
        {t.toAllowListText(allow.length)}
      </ConfirmDialog>
    </>
  )
}

function Destinations({ connection_id, egress }: { connection_id: string; egress: Egress }): ReactElement {
  const t = useMessages()
  const { custom_database } = t
  const set = useCall('setEgress')
  const { mode, allow } = egress
  const save = (next: string[], onDone: () => void): void =>
    set.mutate(
      { id: connection_id, body: { mode, allow: next } },
      { onSuccess: onDone, onError: (error) => notifyProblem(custom_database.notAllowed, error) },
    )
  const remove = (entry: string): void =>
    save(
      allow.filter((one) => one !== entry),
      () =>
        notifyUndo(custom_database.destinationRemoved(entry), {
          label: t.ui.undo,
          run: () => save(allow, () => undefined),
        }),
    )
  if (allow.length === 0) return <Text size="sm">{custom_database.noDestinations}</Text>
  return (
    <DataTable
      label={custom_database.allowList}
      head={[custom_database.destination, custom_database.test, custom_database.actions]}
      rows={allow.map((entry) => [
        <Text key="entry" size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {entry}
        </Text>,
        <TestDestination key="test" connection_id={connection_id} destination={entry} />,
        <Permission key="remove" call="setEgress">
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            aria-label={`${custom_database.removeDestination}: ${entry}`}
            onClick={() => remove(entry)}
          >
            {custom_database.removeDestination}
          </Button>
        </Permission>,
      ])}
    />
  )
}

function AddDestination({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().custom_database
  const [entry, setEntry] = useState('')
  const [tested, setTested] = useState<string>()
  const { allow, is_busy } = useAllowEntries(connection_id)
  const typed = entry.trim()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (typed !== '') allow([typed], () => setEntry(''))
      }}
    >
      <Stack gap="xs">
        <Group align="end">
          <TextInput
            label={t.destinationLabel}
            value={entry}
            maxLength={300}
            style={{ flex: '1 1 16rem', maxWidth: '28rem' }}
            onChange={(event) => {
              setEntry(event.currentTarget.value)
              setTested(undefined)
            }}
          />
          <Permission call="setEgress">
            <Button type="submit" variant="default" disabled={typed === ''} loading={is_busy}>
              {t.addDestination}
            </Button>
          </Permission>
          <Permission call="testDestination">
            <Button variant="default" disabled={typed === ''} onClick={() => setTested(typed)}>
              {t.testDestination}
            </Button>
          </Permission>
        </Group>
        {tested !== undefined && (
          <TestDestination key={tested} connection_id={connection_id} destination={tested} is_at_once />
        )}
      </Stack>
    </form>
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
