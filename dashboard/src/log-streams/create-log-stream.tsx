import { Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactElement } from 'react'
import type { Answer, Input } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DialogActions, FormDialog } from '../ui/form-dialog'
import { useShowRefusedField } from '../ui/refused-field'
import { field_of_property, new_stream, streamBody, StreamInputs, streamProblems } from './stream-fields'

/** A stream with its secret. */
export type CreatedStream = Answer<'createLogStream'>

/** The button that opens the form of a new stream. `onCreated` gets the stream with its secret, which is shown this once. */
export function CreateLogStream({ onCreated }: { onCreated: (stream: CreatedStream) => void }): ReactElement {
  const t = useMessages().logStreams
  return (
    <FormDialog call="createLogStream" label={t.create} title={t.create}>
      {(close) => <NewStreamForm onClose={close} onCreated={onCreated} />}
    </FormDialog>
  )
}

function NewStreamForm({
  onClose,
  onCreated,
}: {
  onClose: () => void
  onCreated: (stream: CreatedStream) => void
}): ReactElement {
  const t = useMessages()
  const create = useCall('createLogStream')
  const showRefusedField = useShowRefusedField()
  const form = useForm({ initialValues: new_stream, validate: (values) => streamProblems(values, t.logStreams) })
  const submit = form.onSubmit((values) => {
    const { authorization, content_type, ...others } = values
    const given = {
      ...others,
      ...(authorization === '' ? {} : { authorization }),
      ...(content_type === '' ? {} : { content_type }),
    }
    const body = { ...streamBody(given), type: 'http' } as Input<'createLogStream'>['body']
    create.mutate(
      { body },
      { onSuccess: onCreated, onError: (error) => showRefusedField(form, error, { field_of_property }) },
    )
  })
  return (
    <form onSubmit={submit}>
      <Stack>
        <StreamInputs form={form} is_disabled={false} is_new />
        <DialogActions label={t.logStreams.create} call={create} onCancel={onClose} />
      </Stack>
    </form>
  )
}
