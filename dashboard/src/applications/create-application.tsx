import { Alert, Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { getRouteApi } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { CopyText } from '../ui/copy-text'
import { DialogActions, FormDialog } from '../ui/form-dialog'
import { authenticationOf, client_types, new_client_settings, type ClientType } from './client-types'

const route = getRouteApi('/t/$tenant_id/applications')

/** The pattern of the contract. */
const name_form = /^[^<>]{1,200}$/

/** The button that opens the form of a new application. */
export function CreateApplication(): ReactElement {
  const t = useMessages().applications
  return (
    <FormDialog call="createClient" label={t.create} title={t.createTitle}>
      {(close) => <NewApplication onClose={close} />}
    </FormDialog>
  )
}

function NewApplication({ onClose }: { onClose: () => void }): ReactElement {
  const navigate = route.useNavigate()
  const [created, setCreated] = useState<Answer<'createClient'>>()
  const open = ({ client_id }: Answer<'createClient'>): void =>
    void navigate({ to: './$client_id/quick-start', params: { client_id } })
  if (created) return <FirstSecret client={created} onContinue={() => open(created)} />
  return (
    <NewApplicationForm
      onClose={onClose}
      onCreated={(client) => (authenticationOf(client) === 'secret' ? setCreated(client) : open(client))}
    />
  )
}

function NewApplicationForm({
  onClose,
  onCreated,
}: {
  onClose: () => void
  onCreated: (client: Answer<'createClient'>) => void
}): ReactElement {
  const texts = useMessages().applications
  const create = useCall('createClient')
  const form = useForm<{ name: string; type: ClientType }>({
    initialValues: { name: '', type: 'regular_web' },
    validate: { name: (name) => (name_form.test(name.trim()) ? null : texts.nameRule) },
  })
  const submit = form.onSubmit(({ name, type }) =>
    create.mutate({ body: { name: name.trim(), ...new_client_settings[type] } }, { onSuccess: onCreated }),
  )
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput label={texts.name} autoComplete="off" data-autofocus {...form.getInputProps('name')} />
        <Radio.Group label={texts.type} {...form.getInputProps('type')}>
          <Stack gap="xs" mt="xs">
            {client_types.map((type) => (
              <Radio key={type} value={type} label={texts.types[type]} description={texts.typeHints[type]} />
            ))}
          </Stack>
        </Radio.Group>
        <DialogActions label={texts.create} call={create} onCancel={onClose} />
      </Stack>
    </form>
  )
}

/** The id and the secret of an application that was created. */
function FirstSecret({ client, onContinue }: { client: Answer<'createClient'>; onContinue: () => void }): ReactElement {
  const t = useMessages().applications
  return (
    <Stack>
      <Text role="status">{t.created(client.name)}</Text>
      <div>
        <Text size="sm">{t.clientId}</Text>
        <CopyText text={client.client_id} label={t.clientId} />
      </div>
      {client.client_secret !== undefined && (
        <>
          <div>
            <Text size="sm">{t.secret}</Text>
            <CopyText text={client.client_secret} label={t.secret} />
          </div>
          <Alert variant="light" color="yellow">
            {t.secretOnce}
          </Alert>
        </>
      )}
      <Group justify="flex-end">
        <Button onClick={onContinue} data-autofocus>
          {t.toQuickStart}
        </Button>
      </Group>
    </Stack>
  )
}
