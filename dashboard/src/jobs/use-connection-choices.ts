import { useRead } from '../client/use-client'
import type { Choice } from '../ui/picker'

const shown_max = 50

/** The connections for a text that was typed: those of the tenant whose name or display name has it. */
export function useConnectionChoices(text: string): { choices: readonly Choice[]; is_pending: boolean } {
  const { data, isPending } = useRead(
    'listConnections',
    { per_page: shown_max, fields: 'id,name', ...(text === '' ? {} : { q: text }) },
    { keep_previous: true },
  )
  const found = Array.isArray(data) ? data : []
  return { choices: found.map(({ id, name }) => ({ id, label: name })), is_pending: isPending }
}
