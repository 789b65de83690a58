import { Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DialogActions, FormDialog } from '../ui/form-dialog'
import { notify } from '../ui/notices'
import { useShowRefusedField } from '../ui/refused-field'

const route = getRouteApi('/t/$tenant_id/apis')

// The patterns of the contract.
const name_form = /^[^<>]{1,200}$/
const identifier_max = 600

/** The button that opens the form of a new API. */
export function CreateApi(): ReactElement {
  const t = useMessages().apis
  return (
    <FormDialog call="createResourceServer" label={t.create} title={t.createTitle}>
      {(close) => <NewApiForm onClose={close} />}
    </FormDialog>
  )
}

function NewApiForm({ onClose }: { onClose: () => void }): ReactElement {
  const texts = useMessages().apis
  const navigate = route.useNavigate()
  const create = useCall('createResourceServer')
  const showRefusedField = useShowRefusedField()
  const form = useForm({
    initialValues: { name: '', identifier: '' },
    validate: {
      name: (name) => (name_form.test(name.trim()) ? null : texts.nameRule),
      identifier: (identifier) =>
        identifier.trim() !== '' && identifier.trim().length <= identifier_max ? null : texts.identifierRule,
    },
  })
  const submit = form.onSubmit(({ name, identifier }) =>
    create.mutate(
      { body: { name: name.trim(), identifier: identifier.trim() } },
      {
        onSuccess: ({ id }) => {
          notify(texts.created(name.trim()))
          void navigate({ to: './$api_id/permissions', params: { api_id: id } })
        },
        onError: (error) => showRefusedField(form, error),
      },
    ),
  )
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput label={texts.name} autoComplete="off" data-autofocus {...form.getInputProps('name')} />
        <TextInput
          label={texts.identifier}
          description={texts.identifierHint}
          placeholder="https://orders.example.com/"
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('identifier')}
        />
        <DialogActions label={texts.create} call={create} onCancel={onClose} />
      </Stack>
    </form>
  )
}
