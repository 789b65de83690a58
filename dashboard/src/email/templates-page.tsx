import { Alert, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { EmailTemplateName } from '../../../src/contract/email-template.ts'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { DataTable } from '../ui/data-table'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { EmailFrame } from './email-frame'

type Template = Answer<'listEmailTemplates'>['templates'][number]

/** The kinds of mail, those that are sent first. */
export function TemplatesPage(): ReactElement {
  return (
    <EmailFrame>
      <Templates />
    </EmailFrame>
  )
}

function Templates(): ReactElement {
  const t = useMessages().email
  const { data, error, refetch } = useRead('listEmailTemplates')
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <RoutePending />
  const sent = data.templates.filter(({ is_sent }) => is_sent)
  const stored = data.templates.filter(({ is_sent }) => !is_sent)
  return (
    <>
      {!data.own_texts_used && <Alert variant="light">{t.ownTextsUnused}</Alert>}
      <Section title={t.sentTemplates} hint={t.sentTemplatesHint}>
        <TemplateTable label={t.sentTemplates} templates={sent} />
      </Section>
      <Section title={t.storedTemplates} hint={t.storedTemplatesHint}>
        <TemplateTable label={t.storedTemplates} templates={stored} />
      </Section>
    </>
  )
}

function TemplateTable({ label, templates }: { label: string; templates: readonly Template[] }): ReactElement {
  const t = useMessages().email
  return (
    <DataTable
      label={label}
      head={[t.columns.template, t.columns.text, t.columns.changed]}
      rows={templates.map((one) => [
        <Link key="name" from="/t/$tenant_id/email/templates" to="./$template" params={{ template: one.template }}>
          {t.templates[one.template as EmailTemplateName]}
        </Link>,
        <TemplateState key="state" template={one} />,
        <Time key="changed" value={one.updated_at} is_relative />,
      ])}
    />
  )
}

function TemplateState({
  template: { is_sent, is_stored, has_own_text, enabled },
}: {
  template: Template
}): ReactElement {
  const t = useMessages().email
  return (
    <Group gap="xs">
      <Text size="sm" component="span">
        {has_own_text ? t.ownText : is_sent ? t.serverText_ : t.noText}
      </Text>
      {is_sent && !enabled && <StateBadge tone="warning">{t.notSent}</StateBadge>}
      {!is_sent && is_stored && <StateBadge tone="neutral">{t.stored}</StateBadge>}
    </Group>
  )
}
