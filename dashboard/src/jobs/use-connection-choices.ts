import { useRead } from '../client/use-client'
import type { Choice } from '../ui/picker'

const first = 50

/** The connections for a text that was typed: the first of the tenant whose names have it, and the one with exactly this name. */
export function useConnectionChoices(text: string): { choices: readonly Choice[]; is_pending: boolean } {
  const some = useRead('listConnections', { per_page: first })
  const exact = useRead('listConnections', { name: text }, { enabled: text !== '' })
  const listed = [some.data, exact.data].flatMap((answer) => (Array.isArray(answer) ? answer : []))
  const found = listed.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()))
  const by_id = new Map(found.map(({ id, name }) => [id, { id, label: name }]))
  return { choices: [...by_id.values()], is_pending: some.isPending || exact.isFetching }
}
