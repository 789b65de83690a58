import { Alert, Button, Code, Group, Stack, Text, Title } from '@mantine/core'
import { outcomes } from 'virtual:contract'
import type { ReactElement } from 'react'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { SlowCalls } from '../scripting/slow-calls'
import { DataTable } from '../ui/data-table'
import { Permission } from '../ui/permission'
import { StateBadge, type Tone } from '../ui/state-badge'
import { TextBlock } from '../ui/text-block'
import { useAllowEntries } from './use-allow-entries'

type Tried = Answer<'tryScript'>

// What the script says about the person: no error of it.
const answers = ['wrong_password', 'denied_by_script', 'refused_by_script'] as const

/** Whether the error of a run is the answer of the script about the person, and no failure of the script. */
export const isAnswer = (outcome: string): outcome is (typeof answers)[number] =>
  (answers as readonly string[]).includes(outcome)

const good = new Set(['success', 'moved', 'legacy_success', 'found', 'returned', 'listed', 'moved_before'])
const tones: Record<string, Tone> = {
  stored: 'good',
  dropped: 'warning',
  cut: 'warning',
  converted: 'warning',
  refused: 'bad',
  differs: 'warning',
  here: 'info',
  hash: 'info',
}

const toneOf = (outcome: string): Tone => {
  if (good.has(outcome)) return 'good'
  return outcome === 'unknown_user' || isAnswer(outcome) ? 'info' : 'bad'
}

/** What a run of a script did, and what would become of its result. */
export function TryResult({
  connection_id,
  script,
  source,
  answer,
  is_stale,
}: {
  connection_id: string
  script: ScriptName
  /** The text that was run. */
  source: string
  answer: Tried
  is_stale: boolean
}): ReactElement {
  const t = useMessages().custom_database
  const { outcome, error, duration_ms } = answer
  return (
    <Stack component="section" aria-label={t.result}>
      <Group gap="xs">
        <Title order={3} size="h4">
          {t.result}
        </Title>
        <StateBadge tone={toneOf(outcome)}>{outcome}</StateBadge>
        <Text size="sm" c="dimmed">
          {t.ran(duration_ms)}
        </Text>
        {is_stale && <StateBadge tone="warning">{t.stale}</StateBadge>}
      </Group>
      <Text>{t.outcomeNames[outcome] ?? outcomes[outcome]?.meaning ?? outcome}</Text>
      <PersonSees answer={answer} />
      {(script === 'login' || script === 'get_user') && (!error || isAnswer(outcome)) && (
        <SlowCalls ms={duration_ms} source={source} verifies_hash={script === 'login'} />
      )}
      {error && isAnswer(outcome) && <Said outcome={outcome} error={error} />}
      {error && !isAnswer(outcome) && (
        <Alert color="red" title={t.failedAt(error.name, error.message)}>
          <Group gap="xs">
            {error.code !== undefined && <Code>{error.code}</Code>}
            <AllowEntries connection_id={connection_id} entries={error.egress_entries ?? []} />
          </Group>
        </Alert>
      )}
      <Checks checks={answer.checks} />
      {answer.result !== null && <TextBlock title={t.returned} text={JSON.stringify(answer.result, undefined, 2)} />}
      <TextBlock
        title={t.console}
        text={answer.console.map(({ level, text }) => `${level}  ${text}`).join('\n')}
        empty={t.noConsole}
      />
    </Stack>
  )
}

/** The answer of the script about the person, with the text that it gives. */
function Said({
  outcome,
  error,
}: {
  outcome: (typeof answers)[number]
  error: NonNullable<Tried['error']>
}): ReactElement {
  const t = useMessages().custom_database
  return (
    <Alert color="blue" variant="light" title={t.scriptSays[outcome]}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {t.failedAt(error.name, error.message)}
      </Text>
    </Alert>
  )
}

function PersonSees({ answer: { outcome, shown_text } }: { answer: Tried }): ReactElement | null {
  const t = useMessages().custom_database
  const text = shown_text ?? (outcomes[outcome]?.lets_in === true ? t.loggedIn : undefined)
  if (text === undefined) return null
  return (
    <Stack gap={2}>
      <Text size="sm" c="dimmed">
        {t.personSees}
      </Text>
      <Text fs="italic" style={{ overflowWrap: 'anywhere' }}>
        {text}
      </Text>
    </Stack>
  )
}

function Checks({ checks }: { checks: Tried['checks'] }): ReactElement | null {
  const t = useMessages().custom_database
  if (checks.length === 0) return null
  const rows = checks.map(({ check, field = '', value, message = '' }) => [
    field,
    value === undefined ? '' : <Code key="value">{JSON.stringify(value)}</Code>,
    <Group key="check" gap="xs">
      <StateBadge tone={tones[check] ?? 'neutral'}>{t.findings[check]}</StateBadge>
      <Text size="sm">{message}</Text>
    </Group>,
  ])
  return (
    <Stack gap="xs">
      <Title order={4} size="h5">
        {t.profile}
      </Title>
      <DataTable is_stacked label={t.profile} head={[t.field, t.value, t.finding]} rows={rows} />
    </Stack>
  )
}

/** A button that adds entries to the destinations that scripts may reach; nothing where no entry helps. */
export function AllowEntries({
  connection_id,
  entries,
}: {
  connection_id: string
  entries: readonly string[]
}): ReactElement | null {
  const t = useMessages().custom_database
  const { allow, is_busy } = useAllowEntries(connection_id)
  if (entries.length === 0) return null
  return (
    <Permission call="setEgress">
      <Button size="xs" variant="default" loading={is_busy} onClick={() => allow(entries)}>
        {t.allowEntry(entries.join(', '))}
      </Button>
    </Permission>
  )
}
