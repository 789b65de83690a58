import { Alert, NumberInput, Select, Stack, Switch, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { FormActions, useChangeForm } from '../ui/form'
import { Section } from '../ui/section'
import {
  changeOf,
  credentials_of,
  credentialsOf,
  fieldsOf,
  replacesCredentials,
  secret_credentials,
  service_names,
  type Credential,
  type ServiceFields,
} from './mail-service-fields'

type Service = NonNullable<Answer<'getEmailProvider'>>
const port_max = 65_535

const field_of_property = Object.fromEntries(
  Object.values(credentials_of)
    .flat()
    .map((name) => [`credentials.${name}`, name]),
)

/** The form of the mail service; undefined: of one to configure. */
export function MailServiceForm({ service }: { service: Service | undefined }): ReactElement {
  const texts = useMessages().email
  const create = useCall('createEmailProvider', { also: ['email-templates'] })
  const update = useCall('updateEmailProvider', { also: ['email-templates'] })
  const saves = service ? 'updateEmailProvider' : 'createEmailProvider'
  const may = useCan(saves)
  const changes = useChangeForm<ServiceFields>(fieldsOf(service), { field_of_property, secrets: secret_credentials })
  const { form, changed, afterSave } = changes
  const { values } = form
  const replaces = service !== undefined && replacesCredentials(changed)
  const submit = form.onSubmit(() => {
    if (service) return update.mutate({ body: changeOf(changed, values) }, afterSave)
    const { name, enabled, default_from_address } = values
    const from = default_from_address === '' ? {} : { default_from_address }
    return create.mutate({ body: { name, enabled, ...from, credentials: credentialsOf(values) } }, afterSave)
  })
  return (
    <Section title={texts.service} hint={texts.serviceHint}>
      <form onSubmit={submit}>
        <Stack maw={760}>
          <Select
            label={texts.serviceName}
            data={service_names.map((value) => ({ value, label: texts.services[value] }))}
            allowDeselect={false}
            disabled={!may}
            {...form.getInputProps('name')}
          />
          {credentials_of[values.name].map((name) => (
            <CredentialInput
              key={name}
              name={name}
              form={form}
              is_kept={service?.name === values.name}
              is_disabled={!may}
            />
          ))}
          {replaces && <Alert variant="light">{texts.replacesCredentials}</Alert>}
          <TextInput
            label={texts.from}
            description={texts.fromHint}
            placeholder="Acme <mail@acme.example>"
            disabled={!may}
            {...form.getInputProps('default_from_address')}
          />
          <Switch
            label={texts.enabled}
            description={texts.enabledHint}
            disabled={!may}
            {...form.getInputProps('enabled', { type: 'checkbox' })}
          />
          <FormActions changes={changes} call={service ? update : create} saves={saves} />
        </Stack>
      </form>
    </Section>
  )
}

function CredentialInput({
  name,
  form,
  is_kept,
  is_disabled,
}: {
  name: Credential
  form: UseFormReturnType<ServiceFields>
  /** The service has a value, which is not shown where it is a secret. */
  is_kept: boolean
  is_disabled: boolean
}): ReactElement {
  const t = useMessages().email
  const label = t.credentials[name]
  const props = { label, disabled: is_disabled, ...form.getInputProps(name) }
  if (name === 'smtp_port')
    return <NumberInput min={1} max={port_max} allowDecimal={false} description={t.portHint} {...props} />
  if (!secret_credentials.has(name)) return <TextInput autoComplete="off" spellCheck={false} {...props} />
  return (
    <TextInput
      type="password"
      autoComplete="new-password"
      {...(is_kept ? { placeholder: t.secretKept } : {})}
      {...props}
    />
  )
}
