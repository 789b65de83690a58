import { Button, type ButtonProps } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { CallName, RouteName } from '../client/contract-types'
import { ConfirmCall, type ConfirmCallProps } from './confirm-call'
import { Permission } from './permission'

/** The look of a button that takes something away. */
export const red = { color: 'red', variant: 'outline' } as const

/** The properties of `ConfirmButton`. */
export type ConfirmButtonProps<N extends CallName> = Omit<
  ConfirmCallProps<N>,
  'is_open' | 'onClose' | 'title' | 'action'
> & {
  label: string
  /** The question; `label` where there is none. */
  title?: string
  /** The text of the button of the dialog; `label` where there is none. */
  action?: string
  button?: ButtonProps & { 'aria-label'?: string }
  /** The operation that the role must permit; `call` where there is none. */
  needs?: RouteName
}

/** A button that calls an operation once the dialog which it opens was confirmed. A role that does not permit it sees it disabled. */
export function ConfirmButton<N extends CallName>({
  label,
  button = { variant: 'default' },
  needs,
  ...props
}: ConfirmButtonProps<N>): ReactElement {
  const [is_open, setIsOpen] = useState(false)
  return (
    <>
      <Permission call={needs ?? props.call}>
        <Button {...button} onClick={() => setIsOpen(true)}>
          {label}
        </Button>
      </Permission>
      <ConfirmCall title={label} action={label} {...props} is_open={is_open} onClose={() => setIsOpen(false)} />
    </>
  )
}
