import type { ReactElement, ReactNode } from 'react'
import { useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useTenant } from '../session/use-session'
import { LinkTabs } from '../ui/link-tabs'
import { Page } from '../ui/page'

/** The frame of the pages of mail: a tab for each of them that the role permits. */
export function EmailFrame({ children }: { children: ReactNode }): ReactElement {
  const t = useMessages().email
  const { tenant_id } = useTenant()
  const has_outbox = useCan('listOutbox')
  return (
    <Page title={t.title} subtitle={t.subtitle}>
      <LinkTabs
        label={t.parts}
        base={`/t/${tenant_id}/email`}
        tabs={[
          { path: '', label: t.tabs.service },
          { path: 'templates', label: t.tabs.templates },
          ...(has_outbox ? [{ path: 'outbox', label: t.tabs.outbox }] : []),
          { path: 'text-messages', label: t.tabs.textMessages },
        ]}
      />
      {children}
    </Page>
  )
}
