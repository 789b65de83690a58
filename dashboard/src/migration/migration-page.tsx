import { Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead, useReadPages } from '../client/use-client'
import { repeatedState } from '../client/use-live'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { preloadCharts } from '../ui/line-chart'
import { LiveBadge } from '../ui/live-badge'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { Curve, curveInput } from './curve'
import { listInput, notMoved } from './filters'
import { MigrationEnd } from './migration-end'
import { phaseOf } from './phase'
import { Funnel } from './funnel'
import { LegacyStore } from './legacy-store'
import { LoginsToday } from './logins-today'
import { NeedsYou } from './needs-you'
import { MigrationTabs } from './part-page'
import { PeopleGroups } from './people-groups'
import { Records } from './records'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id')
const read_every_ms = 5000

type Migration = Answer<'getMigration'>

void preloadCharts()

/** How far the migration of one connection is, what needs an action, and its people. */
export function MigrationPage(): ReactElement {
  const { connection_id } = route.useParams()
  return (
    <>
      <PartsRead connection_id={connection_id} />
      <MigrationParts connection_id={connection_id} />
    </>
  )
}

/** Begins to read what the parts of the page read as well: they are there once the mode of the connection is known. */
function PartsRead({ connection_id }: { connection_id: string }): null {
  useRead('getMigrationCauses', { connection_id })
  useRead('getMigrationLogins', { connection_id })
  useRead('getMigrationDays', curveInput(connection_id))
  useReadPages('listMigrationRecords', listInput(connection_id, route.useSearch()))
  return null
}

function MigrationParts({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().migration
  const summary = useRead('getMigration', { connection_id, days: 1 }, { every_ms: read_every_ms })
  const { data: migration, error, refetch } = summary
  if (error && !migration) return <Problem error={error} onRetry={() => void refetch()} />
  if (!migration) return <RoutePending />
  const has_store = migration.mode !== 'local'
  return (
    <Page
      title={migration.connection}
      breadcrumbs={[
        <Link key="migrations" from="/t/$tenant_id" to="./migration">
          {t.title}
        </Link>,
      ]}
      actions={<LiveBadge state={repeatedState(summary)} />}
    >
      <MigrationTabs connection_id={connection_id} />
      <MigrationEnd connection_id={connection_id} phase={phaseOf(migration)} />
      <Sentence migration={migration} />
      <Funnel migration={migration} />
      {has_store && (
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <NeedsYou connection_id={connection_id} mode={migration.mode} />
          <LegacyStore migration={migration} />
        </SimpleGrid>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Curve connection_id={connection_id} />
        <LoginsToday connection_id={connection_id} />
      </SimpleGrid>
      {has_store && <PeopleGroups connection_id={connection_id} states={migration.states} />}
      <Records
        connection_id={connection_id}
        states={migration.states}
        figures={summary.isFetchedAfterMount ? JSON.stringify(migration.states) : undefined}
      />
    </Page>
  )
}

/** The logins of today that could not be completed; undefined where they are not asked for. */
function useFailedToday(connection_id: string, enabled: boolean): number | undefined {
  const { data } = useRead('getMigrationCauses', { connection_id }, { enabled, every_ms: read_every_ms * 3 })
  return enabled ? (data?.logins ?? []).reduce((sum, { logins }) => sum + logins, 0) : undefined
}

function Sentence({ migration }: { migration: Migration }): ReactElement {
  const t = useMessages().migration
  const { mode, users, states, directory, connection_id } = migration
  const has_ended = phaseOf(migration) === 'ended'
  const failed = useFailedToday(connection_id, !has_ended)
  const not_moved = notMoved(states)
  if (mode === 'local' && states.migrated + not_moved === 0) return <Text size="lg">{t.localSentence(users)}</Text>
  if (mode === 'legacy') return <Text size="lg">{t.legacySentence(users)}</Text>
  return (
    <Stack gap={4}>
      <Group>
        <Text size="lg" fw={600}>
          {directory.loaded
            ? t.sentence(states.migrated, states.migrated + not_moved, failed)
            : t.sentenceWithout(states.migrated, not_moved, failed)}
        </Text>
      </Group>
      {!directory.loaded && !has_ended && <Text c="dimmed">{t.withoutDirectory}</Text>}
      {(directory.gone ?? 0) > 0 && <Text c="dimmed">{t.goneHint(directory.gone ?? 0)}</Text>}
    </Stack>
  )
}
