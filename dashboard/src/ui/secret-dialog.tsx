import { Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { DialogActions } from './form-dialog'

/** The properties of `SecretDialog`. */
export type SecretDialogProps = {
  /** The name of the value; undefined: the dialog is closed. */
  name: string | undefined
  title: (name: string) => string
  label: string
  hint: string
  /** The text of the button, a verb. */
  action: string
  max_length: number
  is_busy: boolean
  error: unknown
  onSave: (value: string) => void
  onClose: () => void
}

/** Asks for a value that is never shown again. What is typed leaves the page with the dialog. */
export function SecretDialog(props: SecretDialogProps): ReactElement {
  const { name, title, onClose } = props
  return (
    <Modal opened={name !== undefined} onClose={onClose} title={title(name ?? '')}>
      {name !== undefined && <Form {...props} />}
    </Modal>
  )
}

function Form(props: SecretDialogProps): ReactElement {
  const { label, hint, action, max_length, is_busy, error, onSave, onClose } = props
  const [value, setValue] = useState('')
  return (
    <form
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        // React passes the event on to a form around the dialog, which would be sent.
        event.stopPropagation()
        onSave(value)
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
        <DialogActions
          label={action}
          call={{ error, isPending: is_busy }}
          onCancel={onClose}
          is_disabled={value === ''}
        />
      </Stack>
    </form>
  )
}
