import { Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DialogActions, FormDialog } from '../ui/form-dialog'
import { notify } from '../ui/notices'
import { useRoleOptions, type Role } from './role-options'

/** The button that opens the form of an invitation. */
export function InviteMember(): ReactElement {
  const t = useMessages().members
  return (
    <FormDialog call="createAdminInvitation" label={t.invite} title={t.inviteTitle}>
      {(close) => <InvitationForm onClose={close} />}
    </FormDialog>
  )
}

type Values = { email: string; role: Role }

function InvitationForm({ onClose }: { onClose: () => void }): ReactElement {
  const t = useMessages()
  const options = useRoleOptions()
  const create = useCall('createAdminInvitation')
  const initialValues: Values = { email: '', role: 'viewer' }
  const form = useForm<Values>({
    initialValues,
    validate: { email: (email) => (/^\S+@\S+$/.test(email.trim()) ? null : t.members.emailRule) },
  })
  const submit = form.onSubmit(({ email, role }) =>
    create.mutate(
      { body: { email: email.trim(), role } },
      {
        onSuccess: (invitation) => {
          notify(t.members.invited(invitation.email))
          onClose()
        },
      },
    ),
  )
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          type="email"
          label={t.members.email}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('email')}
        />
        <Select label={t.members.columns.role} data={options} allowDeselect={false} {...form.getInputProps('role')} />
        <Text size="sm">{t.members.roleHints[form.values.role]}</Text>
        <Text size="sm" c="dimmed">
          {t.members.inviteText}
        </Text>
        <DialogActions label={t.members.send} call={create} onCancel={onClose} />
      </Stack>
    </form>
  )
}
