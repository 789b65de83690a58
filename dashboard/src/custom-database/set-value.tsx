import type { ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notify } from '../ui/notices'
import { SecretDialog } from '../ui/secret-dialog'

const value_max = 8192

type Props = {
  connection_id: string
  /** The value to set; undefined: the dialog is closed. */
  name: string | undefined
  onClose: () => void
  onDone: () => void
}

/** Sets one value of the configuration. */
export function SetValue({ connection_id, name, onClose, onDone }: Props): ReactElement {
  const t = useMessages().custom_database
  const update = useCall('updateConfiguration')
  const close = (): void => {
    update.reset()
    onClose()
  }
  return (
    <SecretDialog
      name={name}
      title={t.setTitle}
      label={t.newValue}
      hint={t.valueHint}
      action={t.setValue}
      max_length={value_max}
      is_busy={update.isPending}
      error={update.error}
      onSave={(value) =>
        update.mutate(
          { id: connection_id, body: { configuration: { [name ?? '']: value } } },
          {
            onSuccess: () => {
              notify(t.valueDone(name ?? ''))
              onDone()
              close()
            },
          },
        )
      }
      onClose={close}
    />
  )
}
