import { SimpleGrid, Skeleton, Text, Title } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { Time } from '../ui/time'
import { ways, type Filters } from './filters'
import { useCounts } from './use-counts'
import styles from './people-groups.module.css'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id')
const read_every_ms = 10_000

type Groups = NonNullable<Answer<'getMigrationGroups'>['groups']>

/** Who has not moved: by last activity, domain, known hash and address; and how the others moved. */
export function PeopleGroups({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().migration
  const { data, error, refetch } = useCounts('getMigrationGroups', { connection_id }, read_every_ms)
  const groups = data?.groups
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
      {groups ? <GroupTables groups={groups} /> : !error && <Skeleton height={120} />}
    </Section>
  )
}

function Filter({ search, children }: { search: Filters; children: ReactNode }): ReactElement {
  return (
    <Link from={route.id} to="." search={search} resetScroll={false}>
      {children}
    </Link>
  )
}

function GroupTables({ groups }: { groups: Groups }): ReactElement {
  const { activity, ways: way_names, ...t } = useMessages().migration
  const other: [string, number][] = groups.other_domains > 0 ? [[t.otherDomains, groups.other_domains]] : []
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
            title={t.people(groups.people)}
            counts={[
              [<Filter search={{ more: 'has_hash' }}>{t.withHash}</Filter>, groups.with_hash],
              [t.reachable, groups.reachable],
              [t.withoutAddress, groups.without_address],
              [<Filter search={{ more: 'disabled' }}>{t.disabled}</Filter>, groups.disabled],
            ]}
          />
          <Counts
            title={t.byActivity}
            counts={groups.last_activity.map(({ name, people }) => [activity[name as keyof typeof activity], people])}
          />
          <Counts
            title={t.byDomain}
            counts={[...groups.domains.map(({ name, people }): [string, number] => [name, people]), ...other]}
          />
        </>
      )}
      <Counts title={t.byWay} counts={groups.moved_through.map(({ name, people }) => [wayOf(name), people])} />
    </SimpleGrid>
  )
}

/** Names with their numbers. */
function Counts({ title, counts }: { title: string; counts: readonly (readonly [ReactNode, number])[] }): ReactElement {
  const { number } = useMessages().ui
  return (
    <div>
      <Title order={3} size="h5">
        {title}
      </Title>
      <ul className={styles.counts}>
        {counts.map(([name, people], index) => (
          <li key={index}>
            <span>{name}</span>
            <span className={styles.number}>{number(people)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
