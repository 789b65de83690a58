import { Alert, PasswordInput, Stack, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Input } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useConnectionChoices } from '../jobs/use-connection-choices'
import { useMessages } from '../messages/use-messages'
import { DialogActions, FormDialog } from '../ui/form-dialog'
import { notify } from '../ui/notices'
import { Picker } from '../ui/picker'
import { useShowRefusedField } from '../ui/refused-field'
import { nameOf } from './user-name'

const route = getRouteApi('/t/$tenant_id/users')

type Values = {
  connection: string
  email: string
  username: string
  phone_number: string
  name: string
  password: string
  email_verified: boolean
}

const texts = ['email', 'username', 'phone_number', 'name', 'password'] as const

/** The button that opens the form of a new user. */
export function CreateUser(): ReactElement {
  const t = useMessages().users
  return (
    <FormDialog call="createUser" label={t.create} title={t.createTitle}>
      {(close) => <NewUserForm onClose={close} />}
    </FormDialog>
  )
}

/** The body of the values: what was left empty is not sent. */
function bodyOf({ connection, email_verified, ...values }: Values): Input<'createUser'>['body'] {
  const filled = texts.map((name) => [name, values[name]] as const).filter(([, value]) => value !== '')
  return { connection, ...Object.fromEntries(filled), ...(email_verified ? { email_verified } : {}) }
}

function NewUserForm({ onClose }: { onClose: () => void }): ReactElement {
  const t = useMessages().users
  const navigate = route.useNavigate()
  const create = useCall('createUser')
  const showRefusedField = useShowRefusedField()
  const form = useForm<Values>({
    initialValues: {
      connection: '',
      email: '',
      username: '',
      phone_number: '',
      name: '',
      password: '',
      email_verified: false,
    },
    validate: { connection: (connection) => (connection === '' ? t.connectionNeeded : null) },
  })
  const submit = form.onSubmit((values) =>
    create.mutate(
      { body: bodyOf(values) },
      {
        onSuccess: (user) => {
          notify(t.created(nameOf(user)))
          void navigate({ to: './$user_id', params: { user_id: user.user_id } })
        },
        onError: (error) => showRefusedField(form, error),
      },
    ),
  )
  const text = { autoComplete: 'off', spellCheck: false } as const
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <Picker
          label={t.connection}
          value={form.values.connection === '' ? t.chooseConnection : form.values.connection}
          useChoices={useConnectionChoices}
          onChoose={({ label }) => form.setFieldValue('connection', label)}
          error={form.errors['connection']}
        />
        <TextInput {...text} type="email" label={t.email} {...form.getInputProps('email')} />
        <Switch
          label={t.emailVerified}
          disabled={form.values.email === ''}
          {...form.getInputProps('email_verified', { type: 'checkbox' })}
        />
        <TextInput {...text} label={t.username} {...form.getInputProps('username')} />
        <TextInput
          {...text}
          type="tel"
          label={t.phone}
          description={t.phoneHint}
          {...form.getInputProps('phone_number')}
        />
        <TextInput {...text} label={t.name} {...form.getInputProps('name')} />
        <PasswordInput
          label={t.password}
          description={t.passwordHint}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Alert variant="light">{t.createText}</Alert>
        <DialogActions label={t.create} call={create} onCancel={onClose} />
      </Stack>
    </form>
  )
}
