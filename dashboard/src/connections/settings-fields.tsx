import { NumberInput, Select, TagsInput, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { CopyText } from '../ui/copy-text'
import { FormSwitch } from '../ui/form-switch'
import { Section } from '../ui/section'
import { modeOf } from './connection-mode'
import { latency_floor_max_ms, min_length_max, password_policies, profile_updates, type Settings } from './settings'

type FieldsProps = {
  connection: Answer<'getConnection'>
  form: UseFormReturnType<Settings>
  /** For a role that may not change them. */
  is_disabled: boolean
}

type SwitchName = { [K in keyof Settings]: Settings[K] extends boolean ? K : never }[keyof Settings]

function Toggle({ name, ...props }: Omit<FieldsProps, 'connection'> & { name: SwitchName }): ReactElement {
  return <FormSwitch {...props} name={name} texts={useMessages().connections.switches[name]} />
}

/** The names of the connection. */
export function NameSettings({ connection, form, is_disabled }: FieldsProps): ReactElement {
  const t = useMessages().connections
  return (
    <Section title={t.names}>
      <CopyText text={connection.name} label={t.name} />
      <CopyText text={connection.id} label={t.connectionId} />
      <TextInput
        label={t.displayName}
        description={t.displayNameHint}
        maxLength={128}
        disabled={is_disabled}
        {...form.getInputProps('display_name')}
      />
    </Section>
  )
}

/** Who may sign up, and by what users are identified. */
export function IdentifierSettings({ connection, form, is_disabled }: FieldsProps): ReactElement {
  const t = useMessages().connections
  const common = { form, is_disabled }
  return (
    <Section title={t.identifiers}>
      <Toggle {...common} name="allows_signup" />
      <Toggle {...common} name="allows_reset" />
      <Toggle {...common} name="identifier_first" />
      {/* `attributes` say it by themselves, and exclude this option. */}
      {connection.options.attributes === undefined && <Toggle {...common} name="requires_username" />}
      <TagsInput
        label={t.domains}
        description={t.domainsHint}
        disabled={is_disabled}
        splitChars={[',', ' ']}
        {...form.getInputProps('domain_aliases')}
      />
    </Section>
  )
}

/** The rules for passwords that people choose here. */
export function PasswordSettings({ form, is_disabled }: FieldsProps): ReactElement {
  const t = useMessages().connections
  return (
    <Section title={t.passwords}>
      <Select
        label={t.policy}
        description={t.policyHint}
        data={password_policies.map((value) => ({ value, label: t.policies[value] }))}
        allowDeselect={false}
        disabled={is_disabled}
        {...form.getInputProps('password_policy')}
      />
      <NumberInput
        label={t.minLength}
        description={t.minLengthHint}
        min={1}
        max={min_length_max}
        allowDecimal={false}
        disabled={is_disabled}
        {...form.getInputProps('min_length')}
      />
      <Toggle form={form} is_disabled={is_disabled} name="brute_force_protection" />
    </Section>
  )
}

/** What holds for users who come from the legacy store. */
export function LegacySettings({ connection, form, is_disabled }: FieldsProps): ReactElement | null {
  const t = useMessages().connections
  const mode = modeOf(connection)
  if (mode === 'local') return null
  const common = { form, is_disabled }
  return (
    <Section title={t.legacyStore}>
      <TextInput
        label={t.idNamespace}
        description={t.idNamespaceHint}
        disabled={is_disabled}
        {...form.getInputProps('id_namespace')}
      />
      <Toggle {...common} name="verify_email_on_migration" />
      <Toggle {...common} name="ignore_legacy_second_factor" />
      <NumberInput
        label={t.latencyFloor}
        description={t.latencyFloorHint}
        suffix=" ms"
        min={0}
        max={latency_floor_max_ms}
        allowDecimal={false}
        disabled={is_disabled}
        {...form.getInputProps('latency_floor_ms')}
      />
      <Select
        label={t.profileUpdates}
        description={t.profileUpdatesHint}
        data={profile_updates.map((value) => ({ value, label: t.profileUpdate[value] }))}
        allowDeselect={false}
        disabled={is_disabled}
        {...form.getInputProps('set_user_root_attributes')}
      />
      <TagsInput
        label={t.notStored}
        description={t.notStoredHint}
        disabled={is_disabled}
        {...form.getInputProps('non_persistent_attrs')}
      />
      {mode === 'legacy' && (
        <>
          <TextInput
            label={t.forgotText}
            description={t.forgotTextHint}
            maxLength={500}
            disabled={is_disabled}
            {...form.getInputProps('forgot_password_text')}
          />
          <TextInput
            label={t.forgotUrl}
            type="url"
            disabled={is_disabled}
            {...form.getInputProps('forgot_password_url')}
          />
        </>
      )}
    </Section>
  )
}
