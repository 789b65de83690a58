import { Button, type ButtonProps } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer, CallName, Input } from '../client/contract-types'
import { useCall, type CallOptions } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notifyProblem } from './notices'
import { Permission } from './permission'

/** A button that calls an operation at once. A notice says why it failed; a role that does not permit it sees it disabled. */
export function CallButton<N extends CallName>({
  call,
  input,
  label,
  button,
  not_done,
  onSuccess,
  ...options
}: CallOptions & {
  call: N
  input: Input<N>
  label: string
  button?: ButtonProps & { 'aria-label'?: string }
  /** What is said above the cause of a failure, where that is not that nothing was saved. */
  not_done?: string
  onSuccess: (answer: Answer<N>) => void
}): ReactElement {
  const { notSaved } = useMessages().ui
  const { mutate, isPending } = useCall(call, options)
  return (
    <Permission call={call}>
      <Button
        variant="default"
        {...button}
        loading={isPending}
        onClick={() => mutate(input, { onSuccess, onError: (error) => notifyProblem(not_done ?? notSaved, error) })}
      >
        {label}
      </Button>
    </Permission>
  )
}
