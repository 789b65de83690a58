import type { ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { StateBadge, type Tone } from '../ui/state-badge'

const states = ['paused', 'suspended', 'failing', 'ok', 'idle'] as const
type State = (typeof states)[number]

const tones: Record<State, Tone> = { paused: 'neutral', suspended: 'bad', failing: 'bad', ok: 'good', idle: 'info' }

/** How a stream is doing, in a word: whether it is stopped, else whether its last request succeeded. */
export function StreamState({
  stream: { status, delivery },
}: {
  stream: Pick<Item<'listLogStreams'>, 'status' | 'delivery'>
}): ReactElement {
  const t = useMessages().logStreams
  const name = status === 'active' ? delivery?.state : status
  const state = states.find((one) => one === name)
  return <StateBadge tone={state ? tones[state] : 'neutral'}>{state ? t.states[state] : String(name)}</StateBadge>
}
