import type { ReactElement, ReactNode } from 'react'
import { useMessages } from '../messages/use-messages'
import { useTenant } from '../session/use-session'
import { LinkTabs } from '../ui/link-tabs'
import { Page } from '../ui/page'

/** The frame of the pages of branding. */
export function BrandingFrame({ children }: { children: ReactNode }): ReactElement {
  const t = useMessages().branding
  const { tenant_id } = useTenant()
  return (
    <Page title={t.title} subtitle={t.subtitle}>
      <LinkTabs
        label={t.parts}
        base={`/t/${tenant_id}/branding`}
        tabs={[
          { path: '', label: t.tabs.look },
          { path: 'texts', label: t.tabs.texts },
        ]}
      />
      {children}
    </Page>
  )
}
