import { Button, Code, SimpleGrid, Stack, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { EmptyState } from '../ui/empty-state'
import { FactList } from '../ui/facts'
import { Page } from '../ui/page'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { useMigrationPhase } from './phase'
import { PersonActions } from './person-actions'
import { recordName, stateTones } from './record-name'
import { PersonTimeline } from './timeline'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id/people/$record_id')

type Person = Answer<'findPeople'>['people'][number]
/** A person with a record. */
export type RecordedPerson = Person & { record: NonNullable<Person['record']> }

/** One person on both sides: what the legacy store has, what is here, and what happened. */
export function PersonPage(): ReactElement {
  const t = useMessages().migration
  const { connection_id, record_id } = route.useParams()
  const { data, error, refetch } = useRead('findPeople', { connection_id, q: record_id })
  const back = [
    <Link key="migrations" from="/t/$tenant_id" to="./migration">
      {t.title}
    </Link>,
    <Link key="people" from="/t/$tenant_id" to="./migration/$connection_id" params={{ connection_id }}>
      {t.records}
    </Link>,
  ]
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <RoutePending />
  const person = data.people.find((one): one is RecordedPerson => one.record?.record_id === record_id)
  if (!person)
    return (
      <Page title={t.person} breadcrumbs={back}>
        <EmptyState title={t.personGone} hint={t.personGoneHint} />
      </Page>
    )
  const { record } = person
  return (
    <Page
      title={recordName(record)}
      breadcrumbs={back}
      actions={<StateBadge tone={stateTones[record.state]}>{t.states[record.state]}</StateBadge>}
    >
      <PersonActions connection_id={connection_id} person={person} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <LegacySide connection_id={connection_id} record={record} />
        <HereSide person={person} />
      </SimpleGrid>
      <PersonTimeline person={person} />
    </Page>
  )
}

function LegacySide({
  connection_id,
  record,
}: {
  connection_id: string
  record: RecordedPerson['record']
}): ReactElement {
  const { facts, problems, ...t } = useMessages().migration
  const { directory, drift, profile_changes: changes } = record
  const phase = useMigrationPhase(connection_id)
  const email = directory?.email ?? record.email
  const verified =
    directory?.email_verified === undefined ? '' : ` (${directory.email_verified ? t.verified : t.notVerified})`
  const hash = directory && (directory.has_hash ? t.hashKnown(directory.hash_form ?? '') : t.hashUnknown)
  const join = (paths: string[] | undefined): string | undefined => paths?.join(', ')
  return (
    <Section title={t.inLegacy}>
      <FactList
        cols={{ base: 1, xs: 2 }}
        facts={[
          [facts.legacyId, directory?.given_legacy_id ?? record.legacy_id],
          [facts.email, email === undefined ? undefined : `${email}${verified}`],
          [facts.username, directory?.username ?? record.username],
          [facts.phone, directory?.phone_number],
          [facts.identifiers, record.identifiers.join(', ') || undefined],
          [facts.lastActivity, directory?.last_activity_at && <Time value={directory.last_activity_at} />],
          [facts.disabled, directory && (directory.disabled ? t.yes : t.no)],
          [facts.hash, hash],
          [facts.problem, directory?.problem && problems[directory.problem]],
          [facts.goneSince, directory?.gone_at && <Time value={directory.gone_at} />],
          [facts.drift, join(drift?.fields)],
          [facts.dropped, join(changes?.dropped)],
          [facts.cut, join(changes?.cut)],
          [facts.converted, join(changes?.converted)],
          [facts.lastError, record.last_error],
        ]}
      />
      {phase === 'open' && <LegacyProfile connection_id={connection_id} record_id={record.record_id} />}
    </Section>
  )
}

/** What the legacy store says of the person at this moment: asked for by a click only, and logged. */
function LegacyProfile({ connection_id, record_id }: { connection_id: string; record_id: string }): ReactElement {
  const t = useMessages().migration
  const [is_wanted, setIsWanted] = useState(false)
  const { data, error, isFetching, refetch } = useRead(
    'findPeople',
    { connection_id, q: record_id, include_legacy_profile: true },
    { enabled: is_wanted },
  )
  const legacy = data?.legacy
  const names: Record<string, string> = { ...t.outcomes, ...t.legacyOutcomes }
  return (
    <Stack gap="xs" align="flex-start">
      <Permission call="findPeople">
        <Button
          variant="default"
          size="xs"
          loading={isFetching}
          onClick={() => (is_wanted ? void refetch() : setIsWanted(true))}
        >
          {t.askLegacy}
        </Button>
      </Permission>
      <Text size="sm" c="dimmed">
        {t.askLegacyHint}
      </Text>
      {error && <Problem error={error} />}
      {legacy && (
        <Text size="sm" role="status">
          {legacy.outcome === 'found' ? t.legacyFound : t.legacyOutcome(names[legacy.outcome] ?? legacy.outcome)}{' '}
          {legacy.message}
        </Text>
      )}
      {legacy?.profile && (
        <Code block tabIndex={0} w="100%">
          {JSON.stringify(legacy.profile, undefined, 2)}
        </Code>
      )}
    </Stack>
  )
}

function HereSide({ person }: { person: RecordedPerson }): ReactElement {
  const t = useMessages()
  const { facts, here, notHere, openUser, yes, no, verified, notVerified, ways } = t.migration
  const { user, record } = person
  if (!user)
    return (
      <Section title={here}>
        <Text>{notHere}</Text>
      </Section>
    )
  const through = record.migrated_through
  return (
    <Section
      title={here}
      actions={
        <Link from="/t/$tenant_id" to="./users/$user_id" params={{ user_id: user.user_id }}>
          {openUser}
        </Link>
      }
    >
      <FactList
        cols={{ base: 1, xs: 2 }}
        facts={[
          [facts.userId, user.user_id],
          [facts.email, user.email && `${user.email} (${user.email_verified ? verified : notVerified})`],
          [facts.username, user.username],
          [facts.phone, user.phone_number],
          [
            facts.moved,
            record.migrated_at && (
              <>
                <Time value={record.migrated_at} /> {ways[through as keyof typeof ways] ?? through}
              </>
            ),
          ],
          [facts.created, <Time key="created" value={user.created_at} />],
          [facts.lastLogin, <Time key="last" {...(user.last_login === undefined ? {} : { value: user.last_login })} />],
          [facts.loginsCount, t.ui.number(user.logins_count)],
          [facts.blocked, user.blocked ? yes : no],
        ]}
      />
    </Section>
  )
}
