import { Group, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { LiveState } from '../client/use-live'
import { useMessages } from '../messages/use-messages'
import { problemText } from './problem-text'
import { StateBadge } from './state-badge'
import { formatTime } from './time'

/** Whether what is shown is live; when the connection is lost, since when it stands. */
export function LiveBadge({ state }: { state: LiveState }): ReactElement {
  const t = useMessages().ui
  if (state.status === 'live') return <StateBadge tone="good">{t.live}</StateBadge>
  if (state.status === 'connecting') return <StateBadge tone="neutral">{t.liveConnecting}</StateBadge>
  return (
    <Group gap="xs" role="status">
      <Text size="sm" c="var(--mantine-color-error)">
        {t.liveLost(formatTime(t.language, state.since ?? new Date()))}
      </Text>
      {state.error && <Text size="sm">{state.error.status === 0 ? t.unreachable : problemText(state.error)}</Text>}
    </Group>
  )
}
