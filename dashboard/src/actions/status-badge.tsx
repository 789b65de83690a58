import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { StateBadge, type Tone } from '../ui/state-badge'
import type { Status } from './search'
import { statusOf, type ActionSummary } from './use-actions'

const tones: Record<Status, Tone> = {
  running: 'good',
  changed: 'warning',
  unbound: 'neutral',
  never_deployed: 'neutral',
}

/** How far an action is on its way into logins. */
export function StatusBadge({ action }: { action: ActionSummary }): ReactElement {
  const t = useMessages().actions
  const status = statusOf(action)
  return <StateBadge tone={tones[status]}>{t.statuses[status]}</StateBadge>
}
