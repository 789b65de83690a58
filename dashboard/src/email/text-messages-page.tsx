import { Alert, Stack, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { useCall, useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { DeleteSection } from '../ui/delete-section'
import { FormActions, useChangeForm } from '../ui/form'
import { notify } from '../ui/notices'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { EmailFrame } from './email-frame'

/** The webhook that sends text messages. */
export function TextMessagesPage(): ReactElement {
  const { data, error, refetch } = useRead('getTenantSettings', { fields: 'text_message_webhook' })
  return (
    <EmailFrame>
      {error && !data ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <Webhook url={data.text_message_webhook?.url} />
      ) : (
        <RoutePending />
      )}
    </EmailFrame>
  )
}

function Webhook({ url }: { url: string | undefined }): ReactElement {
  const t = useMessages()
  const texts = t.email
  const update = useCall('updateTenantSettings')
  const may = useCan('updateTenantSettings')
  const changes = useChangeForm(
    { url: url ?? '', secret: '' },
    {
      field_of_property: { 'text_message_webhook.secret': 'secret', text_message_webhook: 'url' },
      secrets: ['secret'],
    },
  )
  const { form, changed, afterSave } = changes
  const submit = form.onSubmit((values) => {
    const secret = changed.secret === undefined ? {} : { secret: values.secret }
    update.mutate({ body: { text_message_webhook: { url: values.url, ...secret } } }, afterSave)
  })
  return (
    <>
      {url === undefined && (
        <Alert variant="light" title={texts.noWebhook}>
          {texts.noWebhookHint}
        </Alert>
      )}
      <Section title={texts.webhook} hint={texts.webhookHint}>
        <form onSubmit={submit}>
          <Stack maw={760}>
            <TextInput label={texts.webhookUrl} type="url" required disabled={!may} {...form.getInputProps('url')} />
            <TextInput
              label={texts.webhookSecret}
              description={texts.webhookSecretHint}
              type="password"
              autoComplete="new-password"
              disabled={!may}
              {...(url === undefined ? {} : { placeholder: texts.secretKept })}
              {...form.getInputProps('secret')}
            />
            <FormActions changes={changes} call={update} saves="updateTenantSettings" />
          </Stack>
        </form>
      </Section>
      {url !== undefined && <RemoveWebhook url={url} />}
    </>
  )
}

function RemoveWebhook({ url }: { url: string }): ReactElement {
  const t = useMessages().email
  return (
    <DeleteSection
      call="updateTenantSettings"
      input={{ body: { text_message_webhook: null } }}
      onSuccess={() => notify(t.webhookRemoved)}
      label={t.removeWebhook}
      name={new URL(url).host}
      text={t.removeWebhookText}
    />
  )
}
