import { Stack, Text, Timeline as MantineTimeline } from '@mantine/core'
import type { ReactElement } from 'react'
import type { MigrationState, Outcome } from '../../../src/contract/outcomes.ts'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { Section } from '../ui/section'
import { Time } from '../ui/time'

type Person = Answer<'findPeople'>['people'][number]
type AttemptOfPerson = Person['attempts'][number]
type Event = NonNullable<Person['record']>['history'][number]

/** What happened to a person, the newest first: attempts with the text that they read, and changes of the record. */
export function PersonTimeline({ person }: { person: Person }): ReactElement {
  const t = useMessages().migration
  const entries = [
    ...person.attempts.map((attempt) => ({
      key: attempt.log_id,
      at: attempt.at,
      shown: <Attempt attempt={attempt} />,
    })),
    ...(person.record?.history ?? []).map((event) => ({
      key: event.event_id,
      at: event.at,
      shown: <Change event={event} />,
    })),
  ].toSorted((one, other) => (one.at < other.at ? 1 : -1))
  return (
    <Section title={t.timeline}>
      {entries.length === 0 ? (
        <EmptyState title={t.timelineEmpty} />
      ) : (
        <MantineTimeline bulletSize={12} lineWidth={2} active={-1}>
          {entries.map(({ key, shown }) => (
            <MantineTimeline.Item key={key}>{shown}</MantineTimeline.Item>
          ))}
        </MantineTimeline>
      )}
    </Section>
  )
}

function useOutcomeName(): (outcome: string | undefined) => string | undefined {
  const { outcomes } = useMessages().migration
  return (outcome) => (outcome === undefined ? undefined : (outcomes[outcome as Outcome] ?? outcome))
}

/** One attempt to log in, to sign up or to set a password. */
export function Attempt({ attempt }: { attempt: AttemptOfPerson }): ReactElement {
  const t = useMessages().migration
  const nameOf = useOutcomeName()
  const { at, outcome, description, shown_text, reference, user_name, client_name, ip } = attempt
  const facts = [user_name, client_name, ip, reference === undefined ? undefined : t.reference(reference)]
  return (
    <Stack gap={2} style={{ overflowWrap: 'anywhere' }}>
      <Text fw={600} size="sm">
        {nameOf(outcome) ?? description ?? attempt.type}
      </Text>
      {shown_text !== undefined && <Text size="sm">{t.sawText(shown_text)}</Text>}
      {description !== undefined && description !== shown_text && <Text size="sm">{description}</Text>}
      <Text size="sm" c="dimmed" component="div">
        <Time value={at} /> {facts.filter(Boolean).map((fact) => `· ${fact ?? ''} `)}
      </Text>
    </Stack>
  )
}

function Change({ event }: { event: Event }): ReactElement {
  const t = useMessages().migration
  const nameOf = useOutcomeName()
  const { at, from_state, to_state, through, outcome, detail } = event
  const error = typeof detail['error'] === 'string' ? detail['error'] : undefined
  const drift = Array.isArray(detail['drift']) ? detail['drift'].join(', ') : undefined
  const state = t.states[to_state as MigrationState] ?? to_state
  const kindOf = (name: string): string | undefined => {
    const kind = detail[name]
    return typeof kind === 'string' ? (t.kinds[kind as keyof typeof t.kinds] ?? kind) : undefined
  }
  const [decision, withdrawn] = [kindOf('decision'), kindOf('decision_withdrawn')]
  return (
    <Stack gap={2} style={{ overflowWrap: 'anywhere' }}>
      <Text fw={600} size="sm">
        {from_state === to_state ? (nameOf(outcome) ?? state) : t.became(state)}
      </Text>
      {decision !== undefined && <Text size="sm">{t.decidedAs(decision)}</Text>}
      {withdrawn !== undefined && <Text size="sm">{t.withdrawnAs(withdrawn)}</Text>}
      {error !== undefined && <Text size="sm">{error}</Text>}
      {drift !== undefined && (
        <Text size="sm">
          {t.facts.drift}: {drift}
        </Text>
      )}
      <Text size="sm" c="dimmed" component="div">
        <Time value={at} /> · {t.through[through as keyof typeof t.through] ?? through}
      </Text>
    </Stack>
  )
}
