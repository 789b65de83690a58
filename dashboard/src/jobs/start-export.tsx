import { Checkbox, Select, Stack, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Input } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DialogActions, FormDialog } from '../ui/form-dialog'
import { Permission } from '../ui/permission'
import { Picker, type Choice } from '../ui/picker'
import { useConnectionChoices } from './use-connection-choices'

const route = getRouteApi('/t/$tenant_id/jobs')

type NewExport = Input<'createUsersExport'>['body']
type Values = { connection: Choice | null; format: NonNullable<NewExport['format']>; fields: string; hashes: boolean }

/** The button that opens the form of an export. */
export function StartExport(): ReactElement {
  const t = useMessages().jobs
  return (
    <FormDialog call="createUsersExport" label={t.export} title={t.exportTitle} variant="default">
      {(close) => <ExportForm onClose={close} />}
    </FormDialog>
  )
}

function bodyOf({ connection, format, fields, hashes }: Values): NewExport {
  const names = fields.split('\n').flatMap((line) => line.trim() || [])
  return {
    format,
    ...(connection ? { connection_id: connection.id } : {}),
    ...(names.length === 0 ? {} : { fields: names.map((name) => ({ name })) }),
    ...(hashes ? { include_password_hashes: true } : {}),
  }
}

function ExportForm({ onClose }: { onClose: () => void }): ReactElement {
  const t = useMessages()
  const texts = t.jobs
  const navigate = route.useNavigate()
  const start = useCall('createUsersExport')
  const form = useForm<Values>({ initialValues: { connection: null, format: 'json', fields: '', hashes: false } })
  const submit = form.onSubmit((values) =>
    start.mutate(
      { body: bodyOf(values) },
      { onSuccess: ({ id }) => void navigate({ to: './$job_id', params: { job_id: id } }) },
    ),
  )
  return (
    <form onSubmit={submit}>
      <Stack>
        <Permission call="listConnections">
          <Picker
            label={texts.connection}
            value={form.values.connection?.label ?? texts.allConnections}
            useChoices={useConnectionChoices}
            onChoose={(connection) => form.setFieldValue('connection', connection)}
          />
        </Permission>
        <Select
          label={texts.format}
          allowDeselect={false}
          data={(['json', 'csv'] as const).map((value) => ({ value, label: texts.formats[value] }))}
          {...form.getInputProps('format')}
        />
        <Textarea
          label={texts.fields}
          description={texts.fieldsHint}
          rows={4}
          spellCheck={false}
          {...form.getInputProps('fields')}
        />
        {/* Reading refused rows needs the same right: they hold hashes, too. */}
        <Permission call="getFailedRows">
          <Checkbox
            label={texts.hashes}
            description={texts.hashesHint}
            {...form.getInputProps('hashes', { type: 'checkbox' })}
          />
        </Permission>
        <DialogActions label={texts.start} call={start} onCancel={onClose} />
      </Stack>
    </form>
  )
}
