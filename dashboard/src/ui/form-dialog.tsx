import { Button, Group, Modal, type ButtonProps } from '@mantine/core'
import { useState, type ReactElement, type ReactNode } from 'react'
import type { RouteName } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { Permission } from './permission'
import { Problem } from './problem'
import { isShownAtField } from './refused-field'

/**
 * A button that opens a form in a dialog. The form is mounted anew each time: what was typed before is gone.
 *
 * @param call the operation that the form calls: a role that does not permit it sees the button disabled
 * @param children the form, which ends with `DialogActions`
 */
export function FormDialog({
  call,
  label,
  title,
  variant = 'filled',
  children,
}: {
  call: RouteName
  label: string
  title: string
  variant?: ButtonProps['variant']
  children: (close: () => void) => ReactNode
}): ReactElement {
  const [is_open, setIsOpen] = useState(false)
  const close = (): void => setIsOpen(false)
  return (
    <>
      <Permission call={call}>
        <Button variant={variant} onClick={() => setIsOpen(true)}>
          {label}
        </Button>
      </Permission>
      <Modal opened={is_open} onClose={close} title={title}>
        {is_open && children(close)}
      </Modal>
    </>
  )
}

/**
 * What ends a form in a dialog: the problem of its last call where it is not shown at a field, the button that closes it (Cancel), and the
 * button that sends it.
 */
export function DialogActions({
  label,
  call,
  onCancel,
  dismiss,
  is_disabled = false,
  color,
}: {
  /** The text of the button, a verb. */
  label: string
  call: { error: unknown; isPending: boolean }
  onCancel: () => void
  dismiss?: string
  is_disabled?: boolean
  color?: 'red'
}): ReactElement {
  const t = useMessages().ui
  return (
    <>
      {call.error !== null && call.error !== undefined && !isShownAtField(call.error) && (
        <Problem error={call.error} title={t.notSaved} />
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {dismiss ?? t.cancel}
        </Button>
        <Button type="submit" color={color} disabled={is_disabled} loading={call.isPending}>
          {label}
        </Button>
      </Group>
    </>
  )
}
