import { Button, Group, Modal, Stack } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { Time } from '../ui/time'
import { CreateLogStream, type CreatedStream } from './create-log-stream'
import { SigningSecret } from './signing-secret'
import { StreamState } from './stream-state'

const refresh_ms = 10_000

/** The log streams of the tenant, with the health of each. */
export function LogStreamsPage(): ReactElement {
  const t = useMessages().logStreams
  const { data, error, refetch } = useRead('listLogStreams', { include_delivery: true }, { every_ms: refresh_ms })
  const [created, setCreated] = useState<CreatedStream>()
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <RoutePending />
  return (
    <Page title={t.title} subtitle={t.subtitle} actions={data.length > 0 && <CreateLogStream onCreated={setCreated} />}>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {data.length === 0 ? (
        <EmptyState title={t.empty} hint={t.emptyHint} action={<CreateLogStream onCreated={setCreated} />} />
      ) : (
        <Streams streams={data} />
      )}
      {/* Not beside the button: the first stream replaces the page that has it. */}
      <Modal
        opened={created !== undefined}
        onClose={() => setCreated(undefined)}
        title={created && t.created(created.name)}
        size="lg"
      >
        {created && <Created stream={created} />}
      </Modal>
    </Page>
  )
}

function Created({ stream: { id, signing_secret } }: { stream: CreatedStream }): ReactElement {
  const t = useMessages().logStreams
  return (
    <Stack>
      <SigningSecret secret={signing_secret} />
      <Group justify="flex-end">
        <Button
          renderRoot={(props) => (
            <Link {...props} from="/t/$tenant_id/log-streams" to="./$log_stream_id" params={{ log_stream_id: id }} />
          )}
        >
          {t.open}
        </Button>
      </Group>
    </Stack>
  )
}

function Streams({ streams }: { streams: Answer<'listLogStreams'> }): ReactElement {
  const t = useMessages()
  const { columns } = t.logStreams
  return (
    <DataTable
      is_stacked
      label={t.logStreams.title}
      head={[columns.name, columns.state, columns.delivered, columns.lastSuccess]}
      rows={streams.map((stream) => [
        <Link
          key="name"
          from="/t/$tenant_id/log-streams"
          to="./$log_stream_id"
          params={{ log_stream_id: stream.id }}
          style={{ overflowWrap: 'anywhere' }}
        >
          {stream.name}
        </Link>,
        <StreamState key="state" stream={stream} />,
        t.ui.number(stream.delivery?.delivered ?? 0),
        <Time key="last" value={stream.delivery?.last_success_at} is_relative />,
      ])}
    />
  )
}
