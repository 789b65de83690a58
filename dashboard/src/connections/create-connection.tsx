import { Alert, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DialogActions, FormDialog } from '../ui/form-dialog'

const route = getRouteApi('/t/$tenant_id/connections')

// Auth0's rule: the contract has the same pattern.
const name_form = /^[a-zA-Z0-9](?:-[a-zA-Z0-9]|[a-zA-Z0-9])*$/
const name_max = 128

/** The button that opens the form of a new connection. */
export function CreateConnection(): ReactElement {
  const t = useMessages().connections
  return (
    <FormDialog call="createConnection" label={t.create} title={t.createTitle}>
      {(close) => <NewConnectionForm onClose={close} />}
    </FormDialog>
  )
}

function NewConnectionForm({ onClose }: { onClose: () => void }): ReactElement {
  const t = useMessages()
  const texts = t.connections
  const navigate = route.useNavigate()
  const create = useCall('createConnection')
  const form = useForm({
    initialValues: { name: '' },
    validate: {
      name: (name) => (name.length <= name_max && name_form.test(name) ? null : texts.nameRule(name_max)),
    },
  })
  const submit = form.onSubmit(({ name }) =>
    create.mutate(
      { body: { name, strategy: 'auth0' } },
      { onSuccess: ({ id }) => void navigate({ to: './$connection_id', params: { connection_id: id } }) },
    ),
  )
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={texts.name}
          description={texts.nameHint}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Alert variant="light">{texts.createText}</Alert>
        <DialogActions label={texts.create} call={create} onCancel={onClose} />
      </Stack>
    </form>
  )
}
