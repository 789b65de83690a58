import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notify } from '../ui/notices'
import { Problem } from '../ui/problem'

type Props = {
  connection_id: string
  /** The value to set; undefined: the dialog is closed. */
  name: string | undefined
  onClose: () => void
  onDone: () => void
}

/** Sets one value of the configuration. What is typed leaves the page with the dialog. */
export function SetValue({ connection_id, name, onClose, onDone }: Props): ReactElement {
  const t = useMessages().custom_database
  return (
    <Modal opened={name !== undefined} onClose={onClose} title={t.setTitle(name ?? '')}>
      {name !== undefined && (
        <Form
          connection_id={connection_id}
          name={name}
          onClose={onClose}
          onDone={() => {
            notify(t.valueDone(name))
            onDone()
            onClose()
          }}
        />
      )}
    </Modal>
  )
}

function Form({
  connection_id,
  name,
  onClose,
  onDone,
}: {
  connection_id: string
  name: string
  onClose: () => void
  onDone: () => void
}): ReactElement {
  const t = useMessages()
  const update = useCall('updateConfiguration')
  const [value, setValue] = useState('')
  return (
    <form
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        update.mutate({ id: connection_id, body: { configuration: { [name]: value } } }, { onSuccess: onDone })
      }}
    >
      <Stack>
        <PasswordInput
          label={t.custom_database.newValue}
          value={value}
          maxLength={8192}
          autoComplete="new-password"
          data-autofocus
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed">
          {t.custom_database.valueHint}
        </Text>
        {update.error && <Problem error={update.error} title={t.custom_database.notSet} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.ui.cancel}
          </Button>
          <Button type="submit" disabled={value === ''} loading={update.isPending}>
            {t.custom_database.setValue}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
