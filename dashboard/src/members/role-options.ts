import type { Role } from '../../../src/contract/roles.ts'
import { useMessages } from '../messages/use-messages'

export type { Role }

const order = ['owner', 'editor', 'viewer', 'support'] as const satisfies readonly Role[]

/** The roles as options of a select, each with what it permits. */
export function useRoleOptions(): { value: Role; label: string }[] {
  const t = useMessages()
  return order.map((role) => ({ value: role, label: t.ui.roles[role] }))
}
