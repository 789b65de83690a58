import { Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement, type ReactNode } from 'react'
import { useMessages } from '../messages/use-messages'
import { DialogActions } from './form-dialog'

/** The properties of `ConfirmDialog`. */
export type ConfirmDialogProps = {
  is_open: boolean
  onClose: () => void
  title: string
  children: ReactNode
  /** The text of the button, a verb. */
  action: string
  /** The text of the button that closes the dialog; “Cancel” where there is none, which means nothing where `action` cancels something. */
  dismiss?: string
  /** What must be typed first: for what cannot be reversed. */
  name?: string
  is_busy?: boolean
  error?: unknown
  onConfirm: () => void
}

/** Asks before something that cannot be reversed. With `name`, the button works once the name has been typed. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactElement {
  return (
    <Modal opened={props.is_open} onClose={props.onClose} title={props.title}>
      {/* Mounted anew each time: what was typed is gone. */}
      {props.is_open && <Question {...props} />}
    </Modal>
  )
}

function Question({
  onClose,
  children,
  action,
  dismiss,
  name,
  is_busy,
  error,
  onConfirm,
}: ConfirmDialogProps): ReactElement {
  const t = useMessages().ui
  const [typed, setTyped] = useState('')
  const is_ready = name === undefined || typed.trim() === name.trim()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        // React passes the event on to a form around the dialog, which would be sent.
        event.stopPropagation()
        if (is_ready) onConfirm()
      }}
    >
      <Stack>
        <Text component="div">{children}</Text>
        {name !== undefined && (
          <TextInput
            label={t.confirmByName(name)}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        <DialogActions
          label={action}
          call={{ error, isPending: is_busy ?? false }}
          onCancel={onClose}
          {...(dismiss === undefined ? {} : { dismiss })}
          is_disabled={!is_ready}
          color="red"
        />
      </Stack>
    </form>
  )
}
