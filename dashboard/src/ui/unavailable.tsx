import { Tooltip } from '@mantine/core'
import { cloneElement, useId, type ReactElement } from 'react'

/**
 * A control that is disabled, with the reason, which is read by pointer, keyboard and screen reader.
 *
 * @param children one control that has `disabled`
 */
export function Unavailable({
  reason,
  children,
}: {
  reason: string
  children: ReactElement<{ disabled?: boolean; 'aria-describedby'?: string }>
}): ReactElement {
  const id = useId()
  return (
    <Tooltip label={reason} multiline maw={320}>
      {/* A disabled control has no focus: the reason is reached on the element around it. */}
      <span tabIndex={0} role="group" aria-label={reason}>
        {cloneElement(children, { disabled: true, 'aria-describedby': id })}
        <span id={id} hidden>
          {reason}
        </span>
      </span>
    </Tooltip>
  )
}
