import { useCan, useRead } from '../client/use-client'
import type { Choices } from '../ui/picker'

const shown_max = 50

/** The connections for a text that was typed: those of the tenant whose name or display name has it. */
export function useConnectionChoices(text: string): Choices {
  const { data, isPending, error } = useRead(
    'listConnections',
    { per_page: shown_max, fields: 'id,name', ...(text === '' ? {} : { q: text }) },
    { keep_previous: true, enabled: useCan('listConnections') },
  )
  const found = Array.isArray(data) ? data : []
  return { choices: found.map(({ id, name }) => ({ id, label: name })), is_pending: isPending, error }
}
