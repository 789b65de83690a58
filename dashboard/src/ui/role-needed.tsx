import type { ReactElement } from 'react'
import type { RouteName } from '../client/contract-types'
import { roleNeeded } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from './empty-state'

/** What is shown in the place of what the admin's role does not permit to read: the role that it needs. */
export function RoleNeeded({ call }: { call: RouteName }): ReactElement {
  const { ui, shell } = useMessages()
  const role = roleNeeded(call)
  return (
    <EmptyState
      title={shell.forbidden}
      {...(role === undefined ? {} : { hint: shell.forbiddenHint(ui.roles[role]) })}
    />
  )
}
