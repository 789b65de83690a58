import { Alert, Checkbox, FileInput, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DialogActions, FormDialog } from '../ui/form-dialog'
import { Picker } from '../ui/picker'
import { useConnectionChoices } from './use-connection-choices'

const route = getRouteApi('/t/$tenant_id/jobs')

type Values = {
  connection: { id: string; label: string } | null
  file: File | null
  upsert: boolean
  known_user: string
  known_password: string
}

const nothing: Values = { connection: null, file: null, upsert: false, known_user: '', known_password: '' }

/** The button that opens the form of an import. */
export function StartImport(): ReactElement {
  const t = useMessages().jobs
  return (
    <FormDialog call="createUsersImport" label={t.import} title={t.importTitle}>
      {(close) => <ImportForm onClose={close} />}
    </FormDialog>
  )
}

/** The request of an import; the file is last, so that the server knows what to do with it. */
function requestOf({ connection, file, upsert, known_user, known_password }: Values): FormData {
  const request = new FormData()
  request.set('connection_id', connection?.id ?? '')
  if (upsert) request.set('upsert', 'true')
  if (known_user !== '') {
    request.set('known_user', known_user)
    request.set('known_password', known_password)
  }
  if (file) request.set('users', file)
  return request
}

function ImportForm({ onClose }: { onClose: () => void }): ReactElement {
  const t = useMessages()
  const texts = t.jobs
  const navigate = route.useNavigate()
  const start = useCall('createUsersImport')
  const form = useForm<Values>({
    initialValues: nothing,
    validate: {
      connection: (connection) => (connection ? null : texts.connectionRequired),
      file: (file) => (file ? null : texts.fileRequired),
      known_password: (password, { known_user }) =>
        (password === '') === (known_user === '') ? null : texts.knownTogether,
    },
  })
  const submit = form.onSubmit((values) =>
    start.mutate(
      { form: requestOf(values) },
      { onSuccess: ({ id }) => void navigate({ to: './$job_id', params: { job_id: id } }) },
    ),
  )
  return (
    <form onSubmit={submit}>
      <Stack>
        <Alert variant="light">{texts.importText}</Alert>
        <Picker
          label={texts.connection}
          value={form.values.connection?.label ?? ''}
          useChoices={useConnectionChoices}
          onChoose={({ id, label }) => form.setFieldValue('connection', { id, label })}
          error={form.errors['connection']}
        />
        <FileInput
          label={texts.file}
          description={texts.fileHint}
          accept=".json,.ndjson,.jsonl,application/json"
          {...form.getInputProps('file')}
        />
        <Checkbox
          label={texts.upsert}
          description={texts.upsertHint}
          {...form.getInputProps('upsert', { type: 'checkbox' })}
        />
        <TextInput
          label={texts.knownUser}
          description={texts.knownUserHint}
          autoComplete="off"
          {...form.getInputProps('known_user')}
        />
        <PasswordInput label={texts.knownPassword} autoComplete="off" {...form.getInputProps('known_password')} />
        <DialogActions label={texts.start} call={start} onCancel={onClose} />
      </Stack>
    </form>
  )
}
