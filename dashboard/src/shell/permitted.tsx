import type { ReactElement, ReactNode } from 'react'
import type { RouteName } from '../client/contract-types'
import { roleNeeded, useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'

/** What a role sees that permits an operation; any other role reads which role it needs. */
export function Permitted({ needs, children }: { needs: RouteName; children: ReactNode }): ReactElement {
  const t = useMessages()
  if (useCan(needs)) return <>{children}</>
  const needed = roleNeeded(needs)
  const hint = needed === undefined ? undefined : t.shell.forbiddenHint(t.ui.roles[needed])
  return <EmptyState is_page title={t.shell.forbidden} hint={hint} />
}
