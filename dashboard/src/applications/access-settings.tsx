import { Checkbox, Select, Stack } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { DurationField } from '../ui/duration-field'
import { Section } from '../ui/section'
import { authenticationOf } from './client-types'
import { auth_methods, grant_types } from './settings'
import { Toggle, type FieldsProps } from './settings-fields'

/** How the application gets tokens: its grants, its authentication, and what the token endpoint answers. */
export function AccessSettings({ client, form, is_disabled }: FieldsProps): ReactElement {
  const t = useMessages().applications
  const common = { form, is_disabled }
  const has_keys = authenticationOf(client) === 'keys'
  const others = (client.grant_types ?? []).filter((type) => !grant_types.some((known) => known === type))
  return (
    <>
      <Section title={t.access}>
        <Checkbox.Group label={t.grants} description={t.grantsHint} {...form.getInputProps('grant_types')}>
          <Stack gap="xs" mt="xs">
            {grant_types.map((type) => (
              <Checkbox key={type} value={type} label={t.grantTypes[type]} disabled={is_disabled} />
            ))}
            {others.map((type) => (
              <Checkbox key={type} value={type} label={t.otherGrant(type)} disabled={is_disabled} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Select
          label={t.authMethod}
          description={has_keys ? t.authWithKeys : t.authMethodHint}
          data={auth_methods.map((value) => ({ value, label: t.authMethods[value] }))}
          allowDeselect={false}
          disabled={is_disabled || has_keys}
          {...form.getInputProps('token_endpoint_auth_method')}
        />
        <Toggle {...common} name="is_token_endpoint_ip_header_trusted" />
        <Select
          label={t.answers}
          description={t.answersHint}
          data={(['tenant', 'auth0', 'standard'] as const).map((value) => ({
            value,
            label: t.answerChoices[value],
            // Once the application says it, only the other choice can replace it.
            disabled: value === 'tenant' && client.oidc_conformant_answers !== undefined,
          }))}
          allowDeselect={false}
          disabled={is_disabled}
          {...form.getInputProps('answers')}
        />
      </Section>
      <Section title={t.idTokens}>
        <DurationField
          label={t.idTokenLifetime}
          description={t.idTokenLifetimeHint}
          disabled={is_disabled}
          {...form.getInputProps('id_token_lifetime')}
        />
      </Section>
    </>
  )
}
