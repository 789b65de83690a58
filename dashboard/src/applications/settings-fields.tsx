import { ActionIcon, Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { useTenant } from '../session/use-session'
import { CopyText } from '../ui/copy-text'
import { FactList } from '../ui/facts'
import { FormSwitch } from '../ui/form-switch'
import { Section } from '../ui/section'
import { client_types, isClientType, type Client } from './client-types'
import { metadata_max, type Settings } from './settings'
import type { url_lists } from './url-rules'

/** The properties of each group of fields. */
export type FieldsProps = {
  client: Client
  form: UseFormReturnType<Settings>
  /** For a role that may not change them. */
  is_disabled: boolean
}

type SwitchName =
  | 'is_first_party'
  | 'is_token_endpoint_ip_header_trusted'
  | 'cross_origin_authentication'
  | 'custom_login_page_on'

/** A switch of the form with what it does. */
export function Toggle({ name, ...props }: Omit<FieldsProps, 'client'> & { name: SwitchName }): ReactElement {
  return <FormSwitch {...props} name={name} texts={useMessages().applications.switches[name]} />
}

/** What the application is. */
export function BasicSettings({ client, form, is_disabled }: FieldsProps): ReactElement {
  const t = useMessages().applications
  const { domain } = useTenant()
  const { app_type } = client
  const other = app_type === undefined || isClientType(app_type) ? [] : [{ value: app_type, label: app_type }]
  return (
    <Section title={t.basics}>
      <FactList
        cols={{ base: 1, sm: 2 }}
        facts={[
          [t.clientId, <CopyText key="id" text={client.client_id} label={t.clientId} />],
          [t.domain, <CopyText key="domain" text={domain} label={t.domain} />],
        ]}
      />
      <TextInput label={t.name} maxLength={200} disabled={is_disabled} {...form.getInputProps('name')} />
      <TextInput
        label={t.description}
        description={t.descriptionHint}
        maxLength={140}
        disabled={is_disabled}
        {...form.getInputProps('description')}
      />
      <Select
        label={t.type}
        description={t.typeHint}
        data={[...client_types.map((value) => ({ value, label: t.types[value] })), ...other]}
        allowDeselect={false}
        disabled={is_disabled}
        {...form.getInputProps('app_type')}
      />
      <Toggle form={form} is_disabled={is_disabled} name="is_first_party" />
    </Section>
  )
}

function Lines({
  form,
  is_disabled,
  name,
  label,
  hint,
}: Omit<FieldsProps, 'client'> & { name: keyof typeof url_lists; label: string; hint: string }): ReactElement {
  return (
    <Textarea
      label={label}
      description={hint}
      rows={3}
      resize="vertical"
      spellCheck={false}
      autoCapitalize="none"
      disabled={is_disabled}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      {...form.getInputProps(name)}
    />
  )
}

/** Where users are sent, and which pages may call. */
export function UrlSettings({ form, is_disabled }: FieldsProps): ReactElement {
  const t = useMessages().applications
  const common = { form, is_disabled }
  return (
    <>
      <Section title={t.urls} hint={t.urlsHint}>
        <Lines {...common} name="callbacks" label={t.callbacks} hint={t.callbacksHint} />
        <Lines {...common} name="allowed_logout_urls" label={t.logoutUrls} hint={t.logoutUrlsHint} />
        <TextInput
          type="url"
          label={t.initiateUri}
          description={t.initiateUriHint}
          maxLength={2048}
          disabled={is_disabled}
          {...form.getInputProps('initiate_login_uri')}
        />
      </Section>
      <Section title={t.origins} hint={t.originsHint}>
        <Lines {...common} name="web_origins" label={t.webOrigins} hint={t.webOriginsHint} />
        <Lines {...common} name="allowed_origins" label={t.allowedOrigins} hint={t.allowedOriginsHint} />
      </Section>
    </>
  )
}

/** What people see when they log in to it. */
export function LoginPageSettings({ form, is_disabled }: FieldsProps): ReactElement {
  const t = useMessages().applications
  const common = { form, is_disabled }
  return (
    <Section title={t.embedded}>
      <Toggle {...common} name="cross_origin_authentication" />
      <Toggle {...common} name="custom_login_page_on" />
      {form.values.custom_login_page_on && (
        <Textarea
          label={t.loginPage}
          description={t.loginPageHint}
          rows={4}
          resize="vertical"
          spellCheck={false}
          maxLength={500_000}
          disabled={is_disabled}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          {...form.getInputProps('custom_login_page')}
        />
      )}
    </Section>
  )
}

/** The texts that rules and actions read. */
export function MetadataSettings({ form, is_disabled }: FieldsProps): ReactElement {
  const t = useMessages().applications
  const { metadata } = form.values
  return (
    <Section title={t.metadata} hint={t.metadataHint}>
      <Stack gap="xs">
        {metadata.map(({ name }, index) => (
          <Group key={index} gap="xs" wrap="nowrap" align="flex-start">
            <TextInput
              aria-label={`${t.metadataName} ${index + 1}`}
              placeholder={t.metadataName}
              flex={1}
              disabled={is_disabled}
              {...form.getInputProps(`metadata.${index}.name`)}
            />
            <TextInput
              aria-label={`${t.metadataValue} ${index + 1}`}
              placeholder={t.metadataValue}
              flex={2}
              disabled={is_disabled}
              {...form.getInputProps(`metadata.${index}.value`)}
            />
            <ActionIcon
              variant="default"
              size="input-sm"
              aria-label={t.removeMetadata(name)}
              disabled={is_disabled}
              onClick={() => form.removeListItem('metadata', index)}
            >
              ×
            </ActionIcon>
          </Group>
        ))}
        {form.errors['metadata'] !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {form.errors['metadata']}
          </Text>
        )}
        <Group>
          <Button
            variant="default"
            size="xs"
            disabled={is_disabled || metadata.length >= metadata_max}
            onClick={() => form.insertListItem('metadata', { name: '', value: '' })}
          >
            {t.addMetadata}
          </Button>
        </Group>
      </Stack>
    </Section>
  )
}
