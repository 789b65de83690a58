import { useEffect, useEffectEvent, useState } from 'react'
import type { RouteName, Routes } from '../../../src/contract/routes.ts'
import { useTenant } from '../session/use-session'
import type { Input } from './contract-types'
import { ProblemError } from './problem-error'
import { addressOf, authorizedFetch } from './send'

/** The operations that answer a stream of server-sent events. */
export type StreamName = { [N in RouteName]: Routes[N] extends { event_stream: true } ? N : never }[RouteName]

/** A server-sent event. */
export type LiveEvent = { event: string; data: unknown; id: string | undefined }

/** `lost`: nothing has come since `since`; the connection is tried again. */
export type LiveState = { status: 'connecting' | 'live' | 'lost'; since?: Date; error?: ProblemError }

const first_pause_ms = 1000
const longest_pause_ms = 30_000
// The server writes something every 15 s. Beyond this, a proxy or a broken network keeps a connection open that leads nowhere.
const silence_max_ms = 45_000

/** The event of one block of a stream (HTML Living Standard, section 9.2.6); undefined for a comment. */
function readEvent(block: string): LiveEvent | undefined {
  const fields = new Map<string, string[]>()
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? []
    if (name !== undefined) fields.set(name, [...(fields.get(name) ?? []), value])
  }
  const data = fields.get('data')
  if (!data) return undefined
  return { event: fields.get('event')?.[0] ?? 'message', data: JSON.parse(data.join('\n')), id: fields.get('id')?.[0] }
}

/** Reads a stream to its end. `onRead` is called for whatever arrives, also without an event. */
async function readStream(response: Response, onRead: () => void, onEvent: (event: LiveEvent) => void): Promise<void> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { done = true, value = '' } = (await reader?.read()) ?? {}
    if (done) return
    onRead()
    const blocks = (text + value).split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = readEvent(block)
      if (event) onEvent(event)
    }
  }
}

/**
 * Follows a stream of events. When the connection is lost, or nothing has come for 45 s, it is opened again, after a pause that grows from
 * 1 to 30 s.
 *
 * @param onEvent called for each event, the last `end` included
 */
export function useLive<N extends StreamName>(
  name: N,
  input: Input<N>,
  onEvent: (event: LiveEvent) => void,
  { enabled = true }: { enabled?: boolean } = {},
): LiveState {
  const { tenant_id } = useTenant()
  const [state, setState] = useState<LiveState>({ status: 'connecting' })
  const emit = useEffectEvent(onEvent)
  const url = addressOf(tenant_id, name, input)
  useEffect(() => {
    if (!enabled) return undefined
    const gone = new AbortController()
    let pause_ms = first_pause_ms
    let timer: ReturnType<typeof setTimeout> | undefined
    let alive_at = new Date()
    const open = async (): Promise<void> => {
      let error: ProblemError | undefined
      const silent = new AbortController()
      const awaitMore = (): void => {
        clearTimeout(timer)
        const message = `Nothing came for ${silence_max_ms / 1000} s`
        timer = setTimeout(() => silent.abort(new ProblemError(0, 'no_answer', message)), silence_max_ms)
      }
      try {
        awaitMore()
        const response = await authorizedFetch(url, { signal: AbortSignal.any([gone.signal, silent.signal]) })
        setState({ status: 'live' })
        pause_ms = first_pause_ms
        const onRead = (): void => {
          alive_at = new Date()
          awaitMore()
        }
        await readStream(response, onRead, (event) => emit(event))
      } catch (failure) {
        if (failure instanceof ProblemError) error = failure
      }
      clearTimeout(timer)
      if (gone.signal.aborted) return
      setState({ status: 'lost', since: alive_at, ...(error ? { error } : {}) })
      timer = setTimeout(() => void open(), pause_ms)
      pause_ms = Math.min(pause_ms * 2, longest_pause_ms)
    }
    alive_at = new Date()
    void open()
    return () => {
      gone.abort()
      clearTimeout(timer)
    }
  }, [url, enabled])
  return state
}

/** The state of a read that is repeated: when its last request failed, since when the answer stands. */
export function repeatedState(query: { data: unknown; error: ProblemError | null; dataUpdatedAt: number }): LiveState {
  const { data, error, dataUpdatedAt } = query
  // Where nothing has been read there are no figures to date: the page shows the problem.
  if (data === undefined) return { status: 'connecting' }
  return error ? { status: 'lost', since: new Date(dataUpdatedAt), error } : { status: 'live' }
}
