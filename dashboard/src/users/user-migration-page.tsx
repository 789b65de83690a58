import { Stack } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { stateTones } from '../migration/record-name'
import { PersonTimeline } from '../migration/timeline'
import { RoutePending } from '../shell/route-states'
import { EmptyState } from '../ui/empty-state'
import { FactList } from '../ui/facts'
import { Problem } from '../ui/problem'
import { RoleNeeded } from '../ui/role-needed'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { useConnectionId } from './use-connection-id'
import { useUser } from './use-user'
import { useWay } from './use-way'

const route = getRouteApi('/t/$tenant_id/users/$user_id/migration')

type User = Answer<'getUser'>
type Person = Answer<'findPeople'>['people'][number]

/** How a user came here, what the ledger knows of each identity, and what happened at logins. */
export function UserMigrationPage(): ReactElement {
  const can = useCan('findPeople')
  const user = useUser()
  if (!user) return <RoutePending />
  if (!can) return <RoleNeeded call="findPeople" />
  return (
    <Stack gap="lg">
      {user.identities.map((identity) => (
        <IdentityHistory key={`${identity.connection} ${identity.user_id}`} user={user} identity={identity} />
      ))}
    </Stack>
  )
}

function IdentityHistory({ user, identity }: { user: User; identity: User['identities'][number] }): ReactElement {
  const connection_id = useConnectionId(identity.connection)
  const key = `auth0|${identity.user_id}`
  const { data, error, refetch } = useRead(
    'findPeople',
    { connection_id: connection_id ?? '', q: key },
    { enabled: connection_id !== undefined },
  )
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data || connection_id === undefined) return <RoutePending />
  const person = data.people.find((one) => one.user?.user_id === user.user_id || one.user?.user_id === key)
  return (
    <Stack gap="lg">
      <RecordFacts user={user} connection_id={connection_id} connection={identity.connection} person={person} />
      {person && <PersonTimeline person={person} />}
    </Stack>
  )
}

function RecordFacts({
  user,
  connection_id,
  connection,
  person,
}: {
  user: User
  connection_id: string
  connection: string
  person: Person | undefined
}): ReactElement {
  const { user: t, migration } = useMessages()
  const { tenant_id } = route.useParams()
  const way = useWay(user)
  const record = person?.record
  const through = record?.migrated_through
  const changes = record?.profile_changes
  const join = (names: string[] | undefined): string | undefined => names?.join(', ')
  if (!record)
    return (
      <Section title={t.ofConnection(connection)}>
        <EmptyState title={t.noRecord} hint={t.noRecordHint(way)} />
      </Section>
    )
  return (
    <Section
      title={t.ofConnection(connection)}
      actions={
        <Link
          to="/t/$tenant_id/migration/$connection_id/people/$record_id"
          params={{ tenant_id, connection_id, record_id: record.record_id }}
        >
          {t.openPerson}
        </Link>
      }
    >
      <FactList
        cols={{ base: 1, xs: 2, lg: 3 }}
        facts={[
          [t.arrived, way],
          [
            t.state,
            <StateBadge key="state" tone={stateTones[record.state]}>
              {migration.states[record.state]}
            </StateBadge>,
          ],
          [t.legacyId, record.legacy_id],
          [
            t.moved,
            record.migrated_at && (
              <>
                <Time value={record.migrated_at} /> {migration.ways[through as keyof typeof migration.ways] ?? through}
              </>
            ),
          ],
          [migration.facts.identifiers, record.identifiers.join(', ') || undefined],
          [migration.facts.drift, join(record.drift?.fields)],
          [migration.facts.dropped, join(changes?.dropped)],
          [migration.facts.cut, join(changes?.cut)],
          [migration.facts.converted, join(changes?.converted)],
          [t.lastError, record.last_error],
        ]}
      />
    </Section>
  )
}
