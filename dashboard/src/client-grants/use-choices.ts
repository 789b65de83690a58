import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import type { Choices } from '../ui/picker'

const first = 20

/** The applications for a text that was typed: the server searches names and client ids. */
export function useClientChoices(text: string): Choices {
  const q = text.trim()
  const fields = 'client_id,name'
  const input = { is_global: false, per_page: first, fields, ...(q === '' ? {} : { q }) }
  const { data, isPending, isPlaceholderData, error } = useRead('listClients', input, { keep_previous: true })
  const found = Array.isArray(data) ? data : []
  return {
    choices: found.map(({ client_id, name }) => ({ id: client_id, label: name })),
    is_pending: isPending || isPlaceholderData,
    error,
  }
}

/** The APIs for a text that was typed: the server searches names and identifiers. The id of a choice is the identifier. */
export function useApiChoices(text: string): Choices {
  const { system } = useMessages().apis
  const q = text.trim()
  const fields = 'identifier,name,is_system'
  const input = { per_page: first, fields, ...(q === '' ? {} : { q }) }
  const { data, isPending, isPlaceholderData, error } = useRead('listResourceServers', input, { keep_previous: true })
  const found = Array.isArray(data) ? data : []
  return {
    choices: found.map(({ identifier, name = identifier, is_system }) => ({
      id: identifier,
      label: name,
      hint: is_system ? `(${system})` : name === identifier ? '' : identifier,
    })),
    is_pending: isPending || isPlaceholderData,
    error,
  }
}
