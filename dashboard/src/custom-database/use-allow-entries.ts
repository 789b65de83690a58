import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notifyProblem, notifyUndo } from '../ui/notices'

/** Adds entries to the destinations that the scripts of a connection may reach. */
export function useAllowEntries(connection_id: string): {
  allow: (entries: readonly string[], onDone?: () => void) => void
  is_busy: boolean
} {
  const t = useMessages()
  const egress = useRead('getEgress', { id: connection_id })
  const set = useCall('setEgress')
  const { data } = egress
  return {
    is_busy: set.isPending || !data,
    allow: (entries, onDone) => {
      if (!data) return
      const { mode, allow } = data
      const save = (next: string[], onSuccess: () => void): void =>
        set.mutate(
          { id: connection_id, body: { mode, allow: next } },
          { onSuccess, onError: (error) => notifyProblem(t.custom_database.notAllowed, error) },
        )
      save([...new Set([...allow, ...entries])], () => {
        onDone?.()
        notifyUndo(t.custom_database.allowedDone(entries.join(', ')), {
          label: t.ui.undo,
          run: () => save(allow, () => undefined),
        })
      })
    },
  }
}
