import { SimpleGrid } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { EmailTemplateName } from '../../../src/contract/email-template.ts'
import type { Answer } from '../client/contract-types'
import { useCall, useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { EmptyState } from '../ui/empty-state'
import { useChangeForm } from '../ui/form'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { TemplateForm } from './template-form'
import { fieldsOf, templateBody, type TemplateFields } from './template-fields'
import { TemplatePreview } from './template-preview'

const route = getRouteApi('/t/$tenant_id/email/templates/$template')
const pause_ms = 400

/** One kind of mail: its template, and what a person would get. */
export function TemplatePage(): ReactElement {
  const t = useMessages().email
  const { template } = route.useParams()
  const name = template as EmailTemplateName
  const is_known = Object.hasOwn(t.templates, name)
  const list = useRead('listEmailTemplates')
  const is_stored = list.data?.templates.some((one) => one.template === name && one.is_stored)
  const stored = useRead('getEmailTemplate', { name }, { enabled: is_known && is_stored === true })
  if (!is_known) return <EmptyState is_page title={t.unknownTemplate} hint={t.unknownTemplateHint} />
  const failed = [list, stored].find(({ error, data }) => error !== null && !data)
  if (failed) return <Problem error={failed.error} onRetry={() => void failed.refetch()} />
  if (!list.data || (is_stored === true && !stored.data)) return <RoutePending />
  return (
    <Page
      title={t.templates[name]}
      subtitle={t.templateHints[name]}
      breadcrumbs={[
        <Link key="templates" from="/t/$tenant_id" to="./email/templates">
          {t.tabs.templates}
        </Link>,
      ]}
    >
      <Template key={name} name={name} stored={stored.data} />
    </Page>
  )
}

function Template({
  name,
  stored,
}: {
  name: EmailTemplateName
  stored: Answer<'getEmailTemplate'> | undefined
}): ReactElement {
  const { language = 'en' } = route.useSearch()
  const create = useCall('createEmailTemplate')
  const update = useCall('updateEmailTemplate')
  const saves = stored ? 'updateEmailTemplate' : 'createEmailTemplate'
  const may = useCan(saves)
  const changes = useChangeForm<TemplateFields>(fieldsOf(stored), {
    field_of_property: { urlLifetimeInSeconds: 'lifetime_hours' },
  })
  const { form, changed, afterSave } = changes
  const [draft] = useDebouncedValue(form.values, pause_ms)
  const preview = useRead('previewEmailTemplate', { name, body: { ...templateBody(draft), language } })
  const save = (): void =>
    stored
      ? update.mutate({ name, body: templateBody(changed) }, afterSave)
      : create.mutate({ body: { template: name, ...templateBody(changed) } }, afterSave)
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <TemplateForm
        changes={changes}
        is_disabled={!may}
        call={stored ? update : create}
        saves={saves}
        mistake={preview.error?.refused}
        onSave={save}
      />
      <TemplatePreview preview={preview} language={language} />
    </SimpleGrid>
  )
}
