import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { useRoleOptions, type Role } from './role-options'

/** The button that opens the form of an invitation. */
export function InviteMember(): ReactElement {
  const t = useMessages().members
  const [is_open, setIsOpen] = useState(false)
  return (
    <>
      <Permission call="createAdminInvitation">
        <Button onClick={() => setIsOpen(true)}>{t.invite}</Button>
      </Permission>
      <Modal opened={is_open} onClose={() => setIsOpen(false)} title={t.inviteTitle}>
        {/* Mounted anew each time: what was typed is gone. */}
        {is_open && <InvitationForm onClose={() => setIsOpen(false)} />}
      </Modal>
    </>
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
        {create.error !== null && <Problem error={create.error} title={t.ui.notSaved} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.ui.cancel}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t.members.send}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
