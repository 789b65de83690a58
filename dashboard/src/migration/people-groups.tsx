import { SimpleGrid, Skeleton, Text, Title } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useState, type ReactElement, type ReactNode } from 'react'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { Time } from '../ui/time'
import { notMoved, people_hash, ways, type Filters } from './filters'
import { useCounts } from './use-counts'
import styles from './people-groups.module.css'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id')
const read_every_ms = 10_000

type Groups = NonNullable<Answer<'getMigrationGroups'>['groups']>

type States = Answer<'getMigration'>['states']

const sumOf = (counts: readonly { people: number }[]): number => counts.reduce((sum, { people }) => sum + people, 0)

/** Whether groups have the sums that the page shows of this moment. */
const areOfNow = ({ people, moved_through }: Groups, states: States): boolean =>
  people === notMoved(states) && sumOf(moved_through) === states.migrated

/**
 * Who has not moved: by last activity, domain, known hash and address; and how the others moved. In numbers where their sums are those of
 * the page; where people have moved since the last count, in percent.
 */
export function PeopleGroups({ connection_id, states }: { connection_id: string; states: States }): ReactElement {
  const t = useMessages().migration
  const { data, error, refetch } = useCounts('getMigrationGroups', { connection_id }, read_every_ms)
  const groups = data?.groups
  const is_of_now = groups === undefined || areOfNow(groups, states)
  const [is_past, setIsPast] = useState(false)
  const figures = `${notMoved(states)} ${states.migrated} ${groups?.counted_at}`
  useEffect(() => {
    if (is_of_now) setIsPast(false)
    // A short count is made again at once: it has the sums of this moment, or those of the next.
    else void refetch().then((again) => setIsPast(!again.data?.groups || !areOfNow(again.data.groups, states)))
    // The states are the same while their figures are.
  }, [figures, is_of_now])
  return (
    <Section
      title={t.groups}
      hint={
        groups && (
          <>
            {t.countedAt} <Time value={groups.counted_at} is_relative />
          </>
        )
      }
    >
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {data?.error !== undefined && <Text role="status">{t.groupsFailed(data.error)}</Text>}
      {data?.is_counting === true && !groups && <Text role="status">{t.groupsCounting}</Text>}
      {groups ? <GroupTables groups={groups} is_past={is_past} /> : !error && <Skeleton height={120} />}
    </Section>
  )
}

function Filter({ search, children }: { search: Filters; children: ReactNode }): ReactElement {
  return (
    <Link from={route.id} to="." search={search} hash={people_hash} resetScroll={false}>
      {children}
    </Link>
  )
}

function GroupTables({ groups, is_past }: { groups: Groups; is_past: boolean }): ReactElement {
  const { activity, ways: way_names, ...t } = useMessages().migration
  const other: [string, number][] = groups.other_domains > 0 ? [[t.otherDomains, groups.other_domains]] : []
  const unmoved = is_past ? { of: groups.people } : {}
  const moved = is_past ? { of: sumOf(groups.moved_through) } : {}
  const wayOf = (name: string): ReactNode => {
    const through = ways.find((way) => way === name)
    return through ? <Filter search={{ through }}>{way_names[through]}</Filter> : name
  }
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
      {groups.people === 0 && <Text>{t.allMoved}</Text>}
      {groups.people > 0 && (
        <>
          <Counts
            {...unmoved}
            title={is_past ? t.groups : t.people(groups.people)}
            counts={[
              [<Filter search={{ state: 'not_moved', more: 'has_hash' }}>{t.withHash}</Filter>, groups.with_hash],
              [t.reachable, groups.reachable],
              [t.withoutAddress, groups.without_address],
              [<Filter search={{ state: 'not_moved', more: 'disabled' }}>{t.disabled}</Filter>, groups.disabled],
            ]}
          />
          <Counts
            {...unmoved}
            title={t.byActivity}
            counts={groups.last_activity.map(({ name, people }) => [activity[name as keyof typeof activity], people])}
          />
          <Counts
            {...unmoved}
            title={t.byDomain}
            counts={[...groups.domains.map(({ name, people }): [string, number] => [name, people]), ...other]}
          />
        </>
      )}
      <Counts
        {...moved}
        title={t.byWay}
        counts={groups.moved_through.map(({ name, people }) => [wayOf(name), people])}
      />
    </SimpleGrid>
  )
}

/** Names with their numbers or, where they are parts of `of`, their shares of it. */
function Counts({
  title,
  counts,
  of,
}: {
  title: string
  counts: readonly (readonly [ReactNode, number])[]
  of?: number
}): ReactElement {
  const { ui, migration } = useMessages()
  return (
    <div>
      <Title order={3} size="h5">
        {title}
      </Title>
      <ul className={styles.counts}>
        {counts.map(([name, people], index) => (
          <li key={index}>
            <span>{name}</span>
            <span className={styles.number}>{of === undefined ? ui.number(people) : migration.share(people, of)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
