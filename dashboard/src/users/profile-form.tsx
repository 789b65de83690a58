import { SimpleGrid, Stack, Switch, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer, Input } from '../client/contract-types'
import { useCall, useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { fieldOfProblem } from '../ui/field-of-problem'
import { FormActions, useChangeForm } from '../ui/form'
import { notify } from '../ui/notices'
import { Section } from '../ui/section'

type User = Answer<'getUser'>
type Change = Input<'updateUser'>['body']

const text_names = [
  'email',
  'username',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'nickname',
  'picture',
] as const
const identifier_names = ['email', 'username', 'phone_number'] as const

type TextName = (typeof text_names)[number]
type Profile = Record<TextName, string> & { email_verified: boolean; phone_verified: boolean }

function profileOf(user: User): Profile {
  const texts = Object.fromEntries(text_names.map((name) => [name, user[name] ?? ''])) as Record<TextName, string>
  return { ...texts, email_verified: user.email_verified === true, phone_verified: user.phone_verified === true }
}

/** The body of the changed members: an emptied one is unset. */
const bodyOf = (changed: Partial<Profile>): Change =>
  Object.fromEntries(Object.entries(changed).map(([name, value]) => [name, value === '' ? null : value]))

/** The field of a refusal: the one that it names, or the only changed identifier where a user has it already. */
function fieldOf(error: Parameters<typeof fieldOfProblem>[0] & { status: number }, changed: Partial<Profile>) {
  const named = fieldOfProblem(error, text_names)
  const identifiers = identifier_names.filter((name) => changed[name] !== undefined)
  return named ?? (error.status === 409 && identifiers.length === 1 ? identifiers[0] : undefined)
}

/** The form of a user's profile: sends the changed members only. */
export function ProfileForm({ user }: { user: User }): ReactElement {
  const { user: t, ui } = useMessages()
  const { saved } = ui
  const update = useCall('updateUser', { also: ['migrations'] })
  const may = useCan('updateUser')
  const { form, is_dirty, changed, markSaved } = useChangeForm(profileOf(user))
  const submit = form.onSubmit(() =>
    update.mutate(
      { id: user.user_id, body: bodyOf(changed) },
      {
        onSuccess: () => {
          markSaved()
          notify(saved)
        },
        onError: (error) => {
          const field = fieldOf(error, changed)
          if (field) form.setFieldError(field, error.message)
        },
      },
    ),
  )
  const text = (name: TextName) =>
    ({ ...form.getInputProps(name), disabled: !may, autoComplete: 'off', spellCheck: false }) as const
  const flag = (name: 'email_verified' | 'phone_verified', of: TextName) =>
    ({
      ...form.getInputProps(name, { type: 'checkbox' }),
      disabled: !may || form.values[of] === '',
    }) as const
  return (
    <Section title={t.profile} hint={t.profileHint}>
      <form noValidate onSubmit={submit}>
        <Stack gap="lg">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Stack gap="xs">
              <TextInput label={t.email} type="email" {...text('email')} />
              <Switch label={t.emailVerified} description={t.emailVerifiedHint} {...flag('email_verified', 'email')} />
            </Stack>
            <Stack gap="xs">
              <TextInput label={t.phone} type="tel" description={t.phoneHint} {...text('phone_number')} />
              <Switch label={t.phoneVerified} {...flag('phone_verified', 'phone_number')} />
            </Stack>
            <TextInput label={t.username} description={t.usernameHint} {...text('username')} />
            <TextInput label={t.name} {...text('name')} />
            <TextInput label={t.givenName} {...text('given_name')} />
            <TextInput label={t.familyName} {...text('family_name')} />
            <TextInput label={t.nickname} {...text('nickname')} />
            <TextInput label={t.picture} type="url" description={t.pictureHint} {...text('picture')} />
          </SimpleGrid>
          <FormActions
            is_dirty={is_dirty}
            is_busy={update.isPending}
            error={update.error}
            onDiscard={() => form.reset()}
            is_disabled={!may}
          />
        </Stack>
      </form>
    </Section>
  )
}
