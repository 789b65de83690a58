import { useState } from 'react'
import type { Answer, Input } from '../client/contract-types'
import { useCall } from '../client/use-client'

/** What was found in a legacy store. */
export type Inspection = Answer<'inspectConnection'>

/** What the admin has answered so far. */
export type Asked = Input<'inspectConnection'>['body']

/** Inspects the legacy store of a connection; each answer of the admin that changes something inspects it again. */
export function useInspection(connection_id: string): {
  found: Inspection | undefined
  /** What was asked for what was found. */
  asked: Asked
  is_busy: boolean
  error: unknown
  inspect: (next: Asked) => Promise<Inspection | undefined>
} {
  const call = useCall('inspectConnection')
  const [asked, setAsked] = useState<Asked>({})
  const [found, setFound] = useState<Inspection>()
  return {
    found,
    asked,
    is_busy: call.isPending,
    error: call.error,
    inspect: async (next) => {
      try {
        const answer = await call.mutateAsync({ id: connection_id, body: next })
        setAsked(next)
        setFound(answer)
        return answer
      } catch {
        // It is shown as `error`.
        return undefined
      }
    },
  }
}
