import { Progress, Text } from '@mantine/core'
import { useEffect, useState, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import type { FinishState } from './finish-page'

const numbers = ['latecomers', 'unknown_identifiers', 'other_programs'] as const

/** The numbers of a watch against those that were accepted, and how long it still lasts. */
export function WatchNumbers({
  finish,
  watch,
}: {
  finish: FinishState
  watch: NonNullable<FinishState['watch']>
}): ReactElement {
  const t = useMessages()
  const texts = t.finish
  const is_running = finish.step === 'watch' && finish.state === 'running'
  return (
    <Section title={texts.watch} hint={is_running ? texts.watchRunning : texts.watchEnded}>
      <Text>
        {is_running ? texts.endsAt : texts.endedAt}{' '}
        <Time value={is_running ? watch.until : (finish.step_ended_at ?? watch.until)} is_relative={is_running} />
      </Text>
      {is_running && <Passed since={finish.step_started_at} until={watch.until} />}
      <DataTable
        label={texts.watch}
        head={[texts.counted, texts.now, texts.acceptedNumber, texts.verdict]}
        rows={numbers.map((name) => {
          const accepted = finish.accepted?.[name] ?? null
          return [
            texts.accept[name],
            watch[name] === null ? texts.notCounted : t.ui.number(watch[name]),
            accepted === null ? texts.anyNumber : t.ui.number(accepted),
            <Verdict key={name} counted={watch[name]} accepted={accepted} />,
          ]
        })}
      />
      {!watch.is_within && <Text>{texts.overText}</Text>}
    </Section>
  )
}

function Verdict({ counted, accepted }: { counted: number | null; accepted: number | null }): ReactElement {
  const t = useMessages().finish
  if (counted === null) return <StateBadge tone="neutral">{t.notCountedVerdict}</StateBadge>
  const is_over = accepted !== null && counted > accepted
  return <StateBadge tone={is_over ? 'bad' : 'good'}>{is_over ? t.over : t.within}</StateBadge>
}

const every_ms = 1000

function Passed({ since, until }: { since: string | undefined; until: string }): ReactElement | null {
  const t = useMessages().finish
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every_ms)
    return () => clearInterval(timer)
  }, [])
  if (since === undefined) return null
  const [from, to] = [Date.parse(since), Date.parse(until)]
  const percent = Math.min(100, Math.max(0, ((now - from) / Math.max(1, to - from)) * 100))
  return <Progress value={percent} aria-label={t.passed} />
}
