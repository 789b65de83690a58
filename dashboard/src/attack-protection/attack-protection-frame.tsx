import type { ReactElement, ReactNode } from 'react'
import { useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useTenant } from '../session/use-session'
import { LinkTabs } from '../ui/link-tabs'
import { Page } from '../ui/page'

/** The frame of the pages of attack protection: a tab for each of them that the role permits. */
export function AttackProtectionFrame({ children }: { children: ReactNode }): ReactElement {
  const t = useMessages().attackProtection
  const { tenant_id } = useTenant()
  const has_limits = useCan('getBruteForceProtection')
  return (
    <Page title={t.title} subtitle={t.subtitle}>
      <LinkTabs
        label={t.parts}
        base={`/t/${tenant_id}/attack-protection`}
        tabs={[{ path: '', label: t.tabs.locks }, ...(has_limits ? [{ path: 'limits', label: t.tabs.limits }] : [])]}
      />
      {children}
    </Page>
  )
}
