import { SimpleGrid, Stack, Switch, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer, Input } from '../client/contract-types'
import type { ProblemError } from '../client/problem-error'
import { useCall, useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { FormActions, useChangeForm } from '../ui/form'
import { problemText } from '../ui/problem-text'
import { useShowRefusedField } from '../ui/refused-field'
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

/** The only changed identifier; undefined where several or none have changed. */
function changedIdentifier(changed: Partial<Profile>): (typeof identifier_names)[number] | undefined {
  const [name, ...others] = identifier_names.filter((one) => changed[one] !== undefined)
  return others.length === 0 ? name : undefined
}

/** The form of a user's profile: sends the changed members only. */
export function ProfileForm({ user }: { user: User }): ReactElement {
  const t = useMessages().user
  const update = useCall('updateUser', { also: ['migrations'] })
  const may = useCan('updateUser')
  const changes = useChangeForm(profileOf(user))
  const showRefusedField = useShowRefusedField()
  const { form, changed, afterSave } = changes
  const onError = (error: ProblemError): void => {
    const identifier = changedIdentifier(changed)
    // Another user has it.
    const is_taken = error.status === 409 && identifier !== undefined
    showRefusedField(form, error, is_taken ? { refused: { property: identifier, text: problemText(error) } } : {})
  }
  const submit = form.onSubmit(() =>
    update.mutate({ id: user.user_id, body: bodyOf(changed) }, { ...afterSave, onError }),
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
          <FormActions changes={changes} call={update} saves="updateUser" />
        </Stack>
      </form>
    </Section>
  )
}
