import { Button, Group, PasswordInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { LeaveGuard } from '../ui/form'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { problemText } from '../ui/problem-text'
import { useShowRefusedField } from '../ui/refused-field'
import { Section } from '../ui/section'
import { nameOf } from './user-name'

/** Sets a new password of a user. */
export function SetPassword({ user }: { user: Answer<'getUser'> }): ReactElement {
  const t = useMessages().user
  const update = useCall('updateUser', { also: ['sessions', 'refresh-tokens', 'migrations'] })
  const showRefusedField = useShowRefusedField()
  const form = useForm({ initialValues: { password: '' } })
  const submit = form.onSubmit((body) =>
    update.mutate(
      { id: user.user_id, body },
      {
        onSuccess: () => {
          form.reset()
          notify(t.passwordDone(nameOf(user)))
        },
        onError: (error) => {
          form.setFieldError('password', problemText(error))
          showRefusedField(form, error)
        },
      },
    ),
  )
  const is_typed = form.values.password !== ''
  return (
    <Section title={t.password} hint={t.passwordHint}>
      <LeaveGuard is_dirty={is_typed && !update.isPending} />
      <form onSubmit={submit}>
        <Group align="flex-start">
          <PasswordInput
            aria-label={t.newPassword}
            placeholder={t.newPassword}
            autoComplete="new-password"
            miw={240}
            {...form.getInputProps('password')}
          />
          <Permission call="updateUser">
            <Button type="submit" variant="default" disabled={!is_typed} loading={update.isPending}>
              {t.setPassword}
            </Button>
          </Permission>
        </Group>
      </form>
    </Section>
  )
}
