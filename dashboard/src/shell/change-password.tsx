import { Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { ProblemError } from '../client/problem-error'
import { useMessages } from '../messages/use-messages'
import { changePassword } from '../session/session'
import { useSession } from '../session/use-session'
import { DialogActions } from '../ui/form-dialog'
import { notify } from '../ui/notices'
import { useShowRefusedField } from '../ui/refused-field'

/** The dialog in which the admin changes the own password. */
export function ChangePassword({ onClose }: { onClose: () => void }): ReactElement {
  const t = useMessages().password
  return (
    <Modal opened onClose={onClose} title={t.title}>
      <PasswordForm onClose={onClose} />
    </Modal>
  )
}

const fields_of_problem = { invalid_grant: 'current_password', invalid_password: 'password' } as const

function PasswordForm({ onClose }: { onClose: () => void }): ReactElement {
  const t = useMessages().password
  const { user } = useSession()
  const change = useMutation({ mutationFn: changePassword })
  const showRefusedField = useShowRefusedField()
  const form = useForm({
    initialValues: { current_password: '', password: '', repeated: '' },
    validate: {
      current_password: (typed) => (typed === '' ? t.needed : null),
      password: (typed) => (typed === '' ? t.needed : null),
      repeated: (typed, { password }) => (typed === password ? null : t.differ),
    },
  })
  const showProblem = (error: Error): void => {
    if (!(error instanceof ProblemError)) return
    const property = fields_of_problem[error.code as keyof typeof fields_of_problem]
    if (property !== undefined) showRefusedField(form, error, { refused: { property, text: t.refused[property] } })
  }
  const submit = form.onSubmit(({ current_password, password }) =>
    change.mutate(
      { current_password, password },
      {
        onSuccess: () => {
          onClose()
          notify(t.changed)
        },
        onError: showProblem,
      },
    ),
  )
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        {/* For password managers. */}
        <input type="text" autoComplete="username" value={user.email ?? ''} readOnly hidden />
        <PasswordInput
          label={t.current}
          description={t.forgotten(user.email ?? '')}
          autoComplete="current-password"
          data-autofocus
          {...form.getInputProps('current_password')}
        />
        <PasswordInput
          label={t.next}
          description={t.rules}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <PasswordInput label={t.repeated} autoComplete="new-password" {...form.getInputProps('repeated')} />
        <Text size="sm">{t.ends}</Text>
        <DialogActions label={t.change} call={change} onCancel={onClose} />
      </Stack>
    </form>
  )
}
