import { Alert, SimpleGrid, Stack, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { useRead } from '../client/use-client'
import { repeatedState } from '../client/use-live'
import { useMessages } from '../messages/use-messages'
import { useMigrationPhase } from '../migration/phase'
import type { MoreFilter } from '../migration/filters'
import { MigrationPartPage } from '../migration/part-page'
import { RoutePending } from '../shell/route-states'
import { alert_styles } from '../ui/alert-styles'
import { LiveBadge } from '../ui/live-badge'
import { Problem } from '../ui/problem'
import { Stat } from '../ui/stat'
import { Time } from '../ui/time'
import { CurrentLoad } from './current-load'
import type { DirectoryLoad } from './load-counts'
import { LoadFile } from './load-file'
import { LoadHistory } from './load-history'
import { LoadListing } from './load-listing'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id/directory')
const running_ms = 2000
const still_ms = 15_000

const active_states = ['reading', 'waiting_for_confirmation', 'applying']

/** The list of the users of the legacy store: what it has, the load that runs, a new load, and the loads before. */
export function DirectoryPage(): ReactElement {
  const t = useMessages().directory
  const { connection_id } = route.useParams()
  return (
    <MigrationPartPage connection_id={connection_id} title={t.title} subtitle={t.subtitle}>
      <DirectoryContent connection_id={connection_id} />
    </MigrationPartPage>
  )
}

function DirectoryContent({ connection_id }: { connection_id: string }): ReactElement {
  const phase = useMigrationPhase(connection_id)
  const can_load = phase === 'open' || phase === 'finishing'
  const { data, error, dataUpdatedAt, refetch } = useRead(
    'listDirectoryLoads',
    { connection_id },
    { every_ms: still_ms },
  )
  const newest = data?.loads[0]
  const current = newest && active_states.includes(newest.state) ? newest : undefined
  const is_running = current !== undefined && current.state !== 'waiting_for_confirmation'
  // The same request, more often: both share one answer.
  useRead('listDirectoryLoads', { connection_id }, { every_ms: running_ms, enabled: is_running })
  if (!data) return error ? <Problem error={error} onRetry={() => void refetch()} /> : <RoutePending />
  return (
    <Stack gap="lg">
      <LiveBadge state={repeatedState({ data, error, dataUpdatedAt })} />
      <Figures connection_id={connection_id} />
      {newest?.state === 'failed' && can_load && <LastFailed load={newest} />}
      {current ? (
        <CurrentLoad connection_id={connection_id} load={current} />
      ) : (
        can_load && (
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <LoadFile connection_id={connection_id} />
            <LoadListing connection_id={connection_id} />
          </SimpleGrid>
        )
      )}
      <LoadHistory loads={data.loads} can_load={can_load} />
    </Stack>
  )
}

/** Why the last load failed, above what loads another. */
function LastFailed({ load: { message = '', created_at } }: { load: DirectoryLoad }): ReactElement {
  const t = useMessages().directory
  return (
    <Alert
      color="red"
      variant="light"
      styles={alert_styles}
      role="alert"
      title={
        <>
          {t.lastFailed}, <Time value={created_at} is_relative />
        </>
      }
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {message}
      </Text>
      <Text size="sm">{t.lastFailedText}</Text>
    </Alert>
  )
}

/** What the directory has. Each number leads to its people. */
function Figures({ connection_id }: { connection_id: string }): ReactElement | null {
  const t = useMessages()
  const texts = t.directory
  const { data } = useRead('getMigration', { connection_id, days: 1 }, { every_ms: still_ms })
  const directory = data?.directory
  if (directory?.loaded !== true) return null
  const linked = (value: number | undefined, more: MoreFilter): ReactNode =>
    value === undefined || value === 0 ? (
      t.ui.number(value ?? 0)
    ) : (
      <Link from="/t/$tenant_id" to="./migration/$connection_id" params={{ connection_id }} search={{ more }}>
        {t.ui.number(value)}
      </Link>
    )
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
      <Stat label={texts.records} value={t.ui.number(directory.records ?? 0)} />
      <Stat label={texts.problems} value={linked(directory.problems, 'problem')} />
      <Stat label={texts.withHash} value={linked(directory.with_hash, 'has_hash')} />
      <Stat label={texts.disabled} value={linked(directory.disabled, 'disabled')} />
      <Stat label={texts.gone} value={linked(directory.gone, 'gone')} />
      <Stat label={texts.discovered} value={t.ui.number(directory.discovered ?? 0)} />
    </SimpleGrid>
  )
}
