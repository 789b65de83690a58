import { Alert, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { CopyText } from '../ui/copy-text'
import { DialogActions, FormDialog } from '../ui/form-dialog'
import { notify } from '../ui/notices'
import { useShowRefusedField } from '../ui/refused-field'
import { useRoleOptions, type Role } from './role-options'

type Invitation = Answer<'createAdminInvitation'>

/** The button that opens the form of an invitation. Where no mail server sends it, its link is shown, this once. */
export function InviteMember(): ReactElement {
  const t = useMessages().members
  const [handed_over, setHandedOver] = useState<Invitation>()
  const onCreated = (invitation: Invitation): void => {
    if (invitation.link === undefined) notify(t.invited(invitation.email))
    else setHandedOver(invitation)
  }
  const close = (): void => setHandedOver(undefined)
  return (
    <>
      <FormDialog call="createAdminInvitation" label={t.invite} title={t.inviteTitle}>
        {(closeForm) => <InvitationForm onClose={closeForm} onCreated={onCreated} />}
      </FormDialog>
      <Modal
        opened={handed_over !== undefined}
        onClose={close}
        title={handed_over && t.linkTitle(handed_over.email)}
        size="lg"
      >
        {handed_over && <InvitationLink invitation={handed_over} onClose={close} />}
      </Modal>
    </>
  )
}

function InvitationLink({
  invitation: { email, link = '' },
  onClose,
}: {
  invitation: Invitation
  onClose: () => void
}): ReactElement {
  const t = useMessages().members
  return (
    <Stack>
      <Alert variant="light" color="yellow" title={t.noMailServer}>
        <Text size="sm">{t.handOver(email)}</Text>
      </Alert>
      <CopyText text={link} label={t.link} />
      <Group justify="flex-end">
        <Button onClick={onClose}>{t.linkDone}</Button>
      </Group>
    </Stack>
  )
}

type Values = { email: string; role: Role }

function InvitationForm({
  onClose,
  onCreated,
}: {
  onClose: () => void
  onCreated: (invitation: Invitation) => void
}): ReactElement {
  const t = useMessages()
  const options = useRoleOptions()
  const create = useCall('createAdminInvitation')
  const initialValues: Values = { email: '', role: 'viewer' }
  const showRefusedField = useShowRefusedField()
  const form = useForm<Values>({
    initialValues,
    validate: { email: (email) => (/^\S+@\S+$/.test(email.trim()) ? null : t.members.emailRule) },
  })
  const submit = form.onSubmit(({ email, role }) =>
    create.mutate(
      { body: { email: email.trim(), role } },
      {
        onSuccess: (invitation) => {
          onClose()
          onCreated(invitation)
        },
        onError: (error) => showRefusedField(form, error),
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
