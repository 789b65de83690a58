import { Tooltip } from '@mantine/core'
import { cloneElement, useId, type ReactElement } from 'react'
import type { RouteName } from '../client/contract-types'
import { roleNeeded, useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'

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
  const id = useId()
  const can = useCan(call)
  if (can) return children
  const role = roleNeeded(call)
  const text = t.needsRole(role === undefined ? '' : t.roles[role])
  return (
    <Tooltip label={text}>
      {/* A disabled control has no focus: the reason is reached on the element around it. */}
      <span tabIndex={0} role="group" aria-label={text}>
        {cloneElement(children, { disabled: true, 'aria-describedby': id })}
        <span id={id} hidden>
          {text}
        </span>
      </span>
    </Tooltip>
  )
}
