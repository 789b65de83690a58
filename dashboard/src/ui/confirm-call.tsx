import type { ReactElement, ReactNode } from 'react'
import type { Answer, CallName, Input } from '../client/contract-types'
import { useCall, type CallOptions } from '../client/use-client'
import { ConfirmDialog } from './confirm-dialog'

/** The properties of `ConfirmCall`. */
export type ConfirmCallProps<N extends CallName> = CallOptions & {
  call: N
  input: Input<N>
  is_open: boolean
  onClose: () => void
  title: string
  /** The text of the button, a verb. */
  action: string
  /** The text of the button that closes the dialog, where that is not “Cancel”. */
  dismiss?: string
  /** What must be typed first: for what cannot be reversed. */
  name?: string | undefined
  children: ReactNode
  /** Called once the call has succeeded and the dialog is closed. */
  onSuccess?: (answer: Answer<N>) => void
}

/** Asks before it calls an operation, and says in the same dialog why it failed. */
export function ConfirmCall<N extends CallName>({
  call,
  input,
  onClose,
  onSuccess,
  also,
  leave,
  ...dialog
}: ConfirmCallProps<N>): ReactElement {
  const { mutate, reset, isPending, error } = useCall(call, { also, leave })
  const close = (): void => {
    reset()
    onClose()
  }
  const confirm = (): void =>
    mutate(input, {
      onSuccess: (answer) => {
        close()
        onSuccess?.(answer)
      },
    })
  return <ConfirmDialog {...dialog} onClose={close} is_busy={isPending} error={error} onConfirm={confirm} />
}
