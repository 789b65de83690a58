import type { ReactElement } from 'react'
import type { RouteName } from '../client/contract-types'
import { roleNeeded, useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Unavailable } from './unavailable'

/**
 * A control that calls an operation: disabled, with the role that it needs, where the admin's role does not permit it.
 *
 * @param call the operation
 * @param children one control that has `disabled`
 */
export function Permission({
  call,
  children,
}: {
  call: RouteName
  children: ReactElement<{ disabled?: boolean; 'aria-describedby'?: string }>
}): ReactElement {
  const t = useMessages().ui
  const can = useCan(call)
  if (can) return children
  const role = roleNeeded(call)
  return <Unavailable reason={t.needsRole(role === undefined ? '' : t.roles[role])}>{children}</Unavailable>
}
