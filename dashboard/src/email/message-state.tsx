import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { StateBadge, type Tone } from '../ui/state-badge'

const states = ['kept', 'waiting', 'sent', 'failed'] as const
const tones: Record<(typeof states)[number], Tone> = { kept: 'neutral', waiting: 'info', sent: 'good', failed: 'bad' }

/** The state of a message in a word. */
export function MessageState({ status }: { status: string }): ReactElement {
  const t = useMessages().email
  const state = states.find((one) => one === status)
  return <StateBadge tone={state ? tones[state] : 'neutral'}>{state ? t.messageStates[state] : status}</StateBadge>
}
