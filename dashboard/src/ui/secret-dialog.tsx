import { Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { CallName, Input } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { DialogActions } from './form-dialog'

/** The properties of `SecretDialog`. */
export type SecretDialogProps<N extends CallName> = {
  /** The operation that sets the value, and what it is called with. */
  call: N
  inputOf: (name: string, value: string) => Input<N>
  /** The name of the value; undefined: the dialog is closed. */
  name: string | undefined
  title: (name: string) => string
  label: string
  hint: string
  /** The text of the button, a verb. */
  action: string
  max_length: number
  onClose: () => void
  /** Called once the value is set and the dialog is closed. */
  onSuccess: (name: string) => void
}

/** Asks for a value that is never shown again, and sets it. What is typed leaves the page with the dialog. */
export function SecretDialog<N extends CallName>(props: SecretDialogProps<N>): ReactElement {
  const { name, title, onClose } = props
  return (
    <Modal opened={name !== undefined} onClose={onClose} title={title(name ?? '')}>
      {name !== undefined && <Form {...props} name={name} />}
    </Modal>
  )
}

function Form<N extends CallName>(props: SecretDialogProps<N> & { name: string }): ReactElement {
  const { call, inputOf, name, label, hint, action, max_length, onClose, onSuccess } = props
  const set = useCall(call)
  const [value, setValue] = useState('')
  return (
    <form
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        // React passes the event on to a form around the dialog, which would be sent.
        event.stopPropagation()
        set.mutate(inputOf(name, value), {
          onSuccess: () => {
            onClose()
            onSuccess(name)
          },
        })
      }}
    >
      <Stack>
        <PasswordInput
          label={label}
          value={value}
          maxLength={max_length}
          autoComplete="new-password"
          data-autofocus
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
        <DialogActions label={action} call={set} onCancel={onClose} is_disabled={value === ''} />
      </Stack>
    </form>
  )
}
