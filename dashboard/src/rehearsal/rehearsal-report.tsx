import { Progress, SimpleGrid, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { RehearsalOutcome } from '../../../src/contract/rehearsal.ts'
import { useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { people_hash } from '../migration/filters'
import { SlowCalls } from '../scripting/slow-calls'
import { DataTable } from '../ui/data-table'
import { Section } from '../ui/section'
import { Stat } from '../ui/stat'
import { StateBadge, type Tone } from '../ui/state-badge'
import { Time } from '../ui/time'
import type { Rehearsal } from './rehearsal-page'

const tones: Record<Rehearsal['status'], Tone> = {
  pending: 'info',
  processing: 'info',
  completed: 'good',
  failed: 'bad',
  canceled: 'neutral',
}

const read_every_ms = 2000

/** The report of a rehearsal, also while it runs. */
export function RehearsalReport({
  connection_id,
  rehearsal,
  is_newest,
  can_decide,
}: {
  connection_id: string
  rehearsal: Rehearsal
  /** Whether the records have the outcomes of this rehearsal: the next one replaces them. */
  is_newest: boolean
  /** Whether decisions can be made. */
  can_decide: boolean
}): ReactElement {
  const t = useMessages()
  const texts = t.rehearsal
  const { status, users, rehearsed, latency_ms, calls, held_calls_per_second, paused_s, calls_per_second } = rehearsal
  const ms = (value: number | undefined): string => (value === undefined ? '–' : texts.ms(value))
  const names: Record<string, string> = texts.outcomes
  const outcomes = Object.entries(rehearsal.outcomes) as [RehearsalOutcome, number][]
  const changes = Object.entries(rehearsal.changes).flatMap(([before, now]) =>
    Object.entries(now).map(([after, count]) => [names[before] ?? before, names[after] ?? after, t.ui.number(count)]),
  )
  return (
    <>
      <Section
        title={texts.report}
        hint={
          <>
            {texts.requested} <Time value={rehearsal.created_at} is_relative />
          </>
        }
        actions={<StateBadge tone={tones[status]}>{texts.states[status]}</StateBadge>}
      >
        <Progress value={users === 0 ? 0 : (rehearsed / users) * 100} aria-label={texts.progress} />
        <Text role="status">
          {texts.done(rehearsed, users)} {status === 'processing' && <TimeLeft job_id={rehearsal.job_id} />}
        </Text>
        {paused_s > 0 && <Text size="sm">{texts.paused(paused_s)}</Text>}
        <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
          <Stat label={texts.calls} value={t.ui.number(calls)} />
          <Stat
            label={texts.held}
            value={held_calls_per_second === undefined ? '–' : t.ui.number(held_calls_per_second)}
            hint={texts.ofRate(calls_per_second)}
          />
          <Stat label={texts.p50} value={ms(latency_ms.p50)} />
          <Stat label={texts.p95} value={ms(latency_ms.p95)} />
          <Stat label={texts.p99} value={ms(latency_ms.p99)} />
          <Stat label={texts.max} value={ms(latency_ms.max)} />
        </SimpleGrid>
        <SlowStore connection_id={connection_id} p50={latency_ms.p50} />
      </Section>
      <Section
        title={texts.results}
        hint={
          can_decide && (
            <Link from="/t/$tenant_id" to="./migration/$connection_id/decisions" params={{ connection_id }}>
              {texts.decide}
            </Link>
          )
        }
      >
        {outcomes.length === 0 ? (
          <Text c="dimmed">{texts.noResults}</Text>
        ) : (
          <DataTable
            label={texts.results}
            head={[texts.result, texts.people]}
            rows={outcomes.map(([outcome, count]) => [
              texts.outcomes[outcome],
              is_newest ? (
                <Link
                  key="people"
                  from="/t/$tenant_id"
                  to="./migration/$connection_id"
                  params={{ connection_id }}
                  search={{ rehearsed: outcome }}
                  hash={people_hash}
                  aria-label={texts.showPeople(count, texts.outcomes[outcome])}
                >
                  {t.ui.number(count)}
                </Link>
              ) : (
                t.ui.number(count)
              ),
            ])}
          />
        )}
        {is_newest && outcomes.length > 0 && (
          <Text size="sm" c="dimmed">
            {texts.linksHint}
          </Text>
        )}
      </Section>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Counts title={texts.refusedFields} what={texts.what} counts={rehearsal.refused_fields} />
        <Counts
          title={texts.hashForms}
          what={t.directory.hashForm}
          counts={rehearsal.hash_forms}
          names={t.directory.formNames}
        />
        <Counts title={texts.dropped} what={texts.what} counts={rehearsal.dropped} />
        <Counts title={texts.cut} what={texts.what} counts={rehearsal.cut} />
        <Counts title={texts.converted} what={texts.what} counts={rehearsal.converted} />
        {changes.length > 0 && (
          <Section title={texts.changes}>
            <DataTable label={texts.changes} head={[texts.before, texts.after, texts.people]} rows={changes} />
          </Section>
        )}
      </SimpleGrid>
    </>
  )
}

function TimeLeft({ job_id }: { job_id: string }): ReactElement | null {
  const t = useMessages().rehearsal
  const { data: job } = useRead('getJob', { id: job_id }, { every_ms: read_every_ms })
  return job?.time_left_seconds === undefined ? null : <>{t.timeLeft(job.time_left_seconds)}</>
}

/** Where the calls of `get_user` took long: what it compares. Not every role reads scripts. */
function SlowStore({ connection_id, p50 }: { connection_id: string; p50: number | undefined }): ReactElement {
  const { data } = useRead('listScripts', { id: connection_id }, { enabled: useCan('listScripts') })
  const source = data?.scripts.find(({ script }) => script === 'get_user')?.source
  return <SlowCalls ms={p50} source={source ?? undefined} />
}

/** People by what `counts` names, the path of a member or the form of a hash; nothing where there are none. */
function Counts({
  title,
  what,
  counts,
  names = {},
}: {
  title: string
  /** The head of the names. */
  what: string
  counts: Readonly<Record<string, number>>
  /** How names are shown that are not shown as they are. */
  names?: Readonly<Record<string, string>>
}): ReactElement | null {
  const t = useMessages()
  const rows = Object.entries(counts)
  if (rows.length === 0) return null
  return (
    <Section title={title}>
      <DataTable
        label={title}
        head={[what, t.rehearsal.people]}
        rows={rows.map(([name, count]) => [names[name] ?? name, t.ui.number(count)])}
      />
    </Section>
  )
}
