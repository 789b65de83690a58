import { languages } from 'virtual:contract'
import { MultiSelect, NumberInput, Select, TagsInput, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { ReactElement } from 'react'
import { useApiChoices } from '../client-grants/use-choices'
import { useConnectionChoices } from '../jobs/use-connection-choices'
import { useMessages } from '../messages/use-messages'
import { FormSwitch } from '../ui/form-switch'
import { Picker, type Choices } from '../ui/picker'
import { Section } from '../ui/section'
import { lifetime_hours, lifetimes, type Settings } from './settings'

type FieldsProps = {
  form: UseFormReturnType<Settings>
  /** For a role that may not change them. */
  is_disabled: boolean
}

type NameOf<T> = { [K in keyof Settings]: Settings[K] extends T ? K : never }[keyof Settings]

function TextField({
  form,
  is_disabled,
  name,
  type = 'text',
}: FieldsProps & { name: NameOf<string>; type?: 'text' | 'url' | 'email' }): ReactElement {
  const { label, hint } = useMessages().tenant.fields[name]
  return (
    <TextInput
      label={label}
      description={hint}
      type={type}
      maxLength={name === 'friendly_name' ? 200 : 2048}
      disabled={is_disabled}
      {...form.getInputProps(name)}
    />
  )
}

function Toggle({ name, ...props }: FieldsProps & { name: NameOf<boolean> }): ReactElement {
  return <FormSwitch {...props} name={name} texts={useMessages().tenant.fields[name]} />
}

/** The name and the logo of the tenant, as people see them. */
export function LookSettings(props: FieldsProps): ReactElement {
  const t = useMessages().tenant
  return (
    <Section title={t.look} hint={t.lookHint}>
      <TextField {...props} name="friendly_name" />
      <TextField {...props} name="picture_url" type="url" />
    </Section>
  )
}

/** Whom people turn to. */
export function SupportSettings(props: FieldsProps): ReactElement {
  const t = useMessages().tenant
  return (
    <Section title={t.support} hint={t.supportHint}>
      <TextField {...props} name="support_email" type="email" />
      <TextField {...props} name="support_url" type="url" />
    </Section>
  )
}

/** The languages of pages and mails. Stored languages without texts stay as they are. */
export function LanguageSettings({ form, is_disabled }: FieldsProps): ReactElement {
  const t = useMessages()
  const { default_language, other_languages } = form.values
  const names = new Intl.DisplayNames(t.ui.language, { type: 'language' })
  const known = [...new Set([...languages, default_language, ...other_languages])]
  const options = known.map((tag) => ({ value: tag, label: nameOf(names, tag) }))
  return (
    <Section title={t.tenant.languages} hint={t.tenant.languagesHint}>
      <Select
        label={t.tenant.fields.default_language.label}
        description={t.tenant.fields.default_language.hint}
        data={options}
        allowDeselect={false}
        disabled={is_disabled}
        {...form.getInputProps('default_language')}
      />
      <MultiSelect
        label={t.tenant.fields.other_languages.label}
        description={t.tenant.fields.other_languages.hint}
        data={options.filter(({ value }) => value !== default_language)}
        disabled={is_disabled}
        {...form.getInputProps('other_languages')}
        value={other_languages.filter((tag) => tag !== default_language)}
      />
    </Section>
  )
}

/** The name of a language; its tag where that is none that the browser knows. */
function nameOf(names: Intl.DisplayNames, tag: string): string {
  try {
    return names.of(tag) ?? tag
  } catch {
    return tag
  }
}

/** How long people stay signed in. Only the lifetimes that apply are shown. */
export function SessionSettings({ form, is_disabled }: FieldsProps): ReactElement {
  const t = useMessages().tenant
  const shown = form.values.ends_with_browser ? lifetimes.ends : lifetimes.stays
  return (
    <Section title={t.sessions} hint={t.sessionsHint}>
      <Toggle form={form} is_disabled={is_disabled} name="ends_with_browser" />
      {shown.map((name) => (
        <NumberInput
          key={name}
          label={t.fields[name].label}
          description={t.fields[name].hint}
          suffix={t.hours}
          min={lifetime_hours.min}
          max={lifetime_hours.max}
          clampBehavior="none"
          disabled={is_disabled}
          {...form.getInputProps(name)}
        />
      ))}
    </Section>
  )
}

/** What holds where a request or an application does not say otherwise. */
export function DefaultSettings(props: FieldsProps): ReactElement {
  const t = useMessages().tenant
  const { form, is_disabled } = props
  return (
    <Section title={t.defaults} hint={t.defaultsHint}>
      <Picker
        label={t.fields.default_directory.label}
        value={form.values.default_directory || t.none}
        useChoices={useDirectoryChoices}
        error={form.errors['default_directory']}
        disabled={is_disabled}
        onChoose={({ id, label }) => form.setFieldValue('default_directory', id === '' ? '' : label)}
      />
      <Picker
        label={t.fields.default_audience.label}
        value={form.values.default_audience || t.none}
        useChoices={useAudienceChoices}
        error={form.errors['default_audience']}
        disabled={is_disabled}
        onChoose={({ id }) => form.setFieldValue('default_audience', id)}
      />
      <TextField {...props} name="default_redirection_uri" type="url" />
      <TagsInput
        label={t.fields.allowed_logout_urls.label}
        description={t.fields.allowed_logout_urls.hint}
        maxTags={200}
        splitChars={[',', ' ']}
        disabled={is_disabled}
        {...form.getInputProps('allowed_logout_urls')}
      />
      <Toggle {...props} name="oidc_conformant_answers" />
      <Toggle {...props} name="says_user_exists" />
    </Section>
  )
}

/** Choices with that of none first, before a text was typed. */
function useWithNone(text: string, found: Choices): Choices {
  const t = useMessages().tenant
  return text === '' ? { ...found, choices: [{ id: '', label: t.none }, ...found.choices] } : found
}

const useDirectoryChoices = (text: string): Choices => useWithNone(text, useConnectionChoices(text))
const useAudienceChoices = (text: string): Choices => useWithNone(text, useApiChoices(text))
