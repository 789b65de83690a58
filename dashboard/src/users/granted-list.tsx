import { Button, Stack } from '@mantine/core'
import { useState, type ReactElement, type ReactNode } from 'react'
import type { RouteName } from '../client/contract-types'
import { useCan, type Pages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { RoleNeeded } from '../ui/role-needed'
import { Section } from '../ui/section'

/** The texts of a list of what logins gave to a user. */
type Texts = { title: string; hint: string; empty: string; emptyHint: string; endAll: string; endAllText: string }

/** What logins gave to a user, with a button that ends all of it. `read`, `call`: the operations that list it and that end it. */
export function GrantedList<T>({
  texts,
  head,
  pages,
  rowOf,
  read,
  call,
  end,
}: {
  texts: Texts
  head: readonly string[]
  pages: Pages<T>
  rowOf: (item: T) => readonly ReactNode[]
  read: RouteName
  call: RouteName
  end: { isPending: boolean; error: unknown; run: (onDone: () => void) => void }
}): ReactElement {
  const t = useMessages().user
  const can = useCan(read)
  const [is_open, setIsOpen] = useState(false)
  const { items } = pages
  const endAll = (
    <Permission call={call}>
      <Button variant="default" size="xs" disabled={items.length === 0} onClick={() => setIsOpen(true)}>
        {texts.endAll}
      </Button>
    </Permission>
  )
  return (
    <Section title={texts.title} hint={texts.hint} actions={can ? endAll : undefined}>
      {can ? shownItems() : <RoleNeeded call={read} />}
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={texts.endAll}
        action={texts.endAll}
        is_busy={end.isPending}
        error={end.error}
        onConfirm={() => end.run(() => setIsOpen(false))}
      >
        {texts.endAllText}
      </ConfirmDialog>
    </Section>
  )

  function shownItems(): ReactElement {
    if (pages.error && items.length === 0) return <Problem error={pages.error} onRetry={pages.retry} />
    if (pages.is_pending) return <RoutePending />
    if (items.length === 0) return <EmptyState title={texts.empty} hint={texts.emptyHint} />
    return (
      <Stack align="stretch">
        <DataTable label={texts.title} head={head} rows={items.map(rowOf)} />
        {pages.has_more && (
          <Button variant="subtle" loading={pages.is_loading_more} onClick={pages.loadMore}>
            {t.more}
          </Button>
        )}
      </Stack>
    )
  }
}
