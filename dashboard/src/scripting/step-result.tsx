import { Alert, Group, Stack, Text, Title } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { StateBadge, type Tone } from '../ui/state-badge'
import { TextBlock } from '../ui/text-block'

type Tried = Answer<'tryRule'>

const tones: Record<Tried['outcome'], Tone> = {
  allow: 'good',
  redirect: 'info',
  deny: 'warning',
  error: 'bad',
  not_run: 'warning',
}

/** What a rule or an action decided, what it changed, and what it wrote. */
export function StepResult({ answer, is_stale }: { answer: Tried; is_stale: boolean }): ReactElement {
  const t = useMessages().scripting
  const { outcome, message, redirect_url, changes = {}, refused_claims = [], console, duration_ms } = answer
  const heading = { allow: undefined, redirect: undefined, deny: t.denied, error: t.failed, not_run: t.notRun }[outcome]
  const changed = Object.entries(changes).filter(([, value]) => !isEmpty(value))
  return (
    <Stack component="section" aria-label={t.result} gap="sm">
      <Group gap="xs">
        <Title order={3} size="h4">
          {t.result}
        </Title>
        <StateBadge tone={tones[outcome]}>{t.outcomes[outcome]}</StateBadge>
        <Text size="sm" c="dimmed">
          {t.ran(duration_ms)}
        </Text>
        {is_stale && <StateBadge tone="warning">{t.stale}</StateBadge>}
      </Group>
      {message !== undefined && (
        <Alert color={outcome === 'error' ? 'red' : 'yellow'} title={heading}>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {message}
          </Text>
        </Alert>
      )}
      {redirect_url !== undefined && <Text style={{ overflowWrap: 'anywhere' }}>{t.redirects(redirect_url)}</Text>}
      {refused_claims.length > 0 && <Alert color="yellow" title={t.refusedClaims(refused_claims.join(', '))} />}
      <TextBlock
        title={t.changes}
        text={changed.length === 0 ? '' : JSON.stringify(Object.fromEntries(changed), undefined, 2)}
        empty={t.noChanges}
      />
      <TextBlock
        title={t.console}
        text={console.map(({ level, text }) => `${level}  ${text}`).join('\n')}
        empty={t.noConsole}
      />
    </Stack>
  )
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0
