import { Button, Stack } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import { useCan, type Pages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { CallButton } from '../ui/call-button'
import { ConfirmButton } from '../ui/confirm-button'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { notify } from '../ui/notices'
import { Problem } from '../ui/problem'
import { RoleNeeded } from '../ui/role-needed'
import { Section } from '../ui/section'

/** The texts of a list of what logins gave to a user. */
type Texts = {
  title: string
  hint: string
  empty: string
  emptyHint: string
  end: string
  ended: string
  endAll: string
  endAllText: string
  allEnded: string
}

/** The operations that list it, that end one of it, and that end all of it. */
type Operations = {
  list: 'listUserSessions' | 'listUserRefreshTokens'
  end: 'deleteSession' | 'deleteRefreshToken'
  end_all: 'deleteUserSessions' | 'deleteUserRefreshTokens'
}

/** What logins gave to a user, each with a button that ends it, and with one that ends all of it. */
export function GrantedList<T extends { id: string }>({
  user_id,
  operations: { list, end, end_all },
  texts,
  head,
  pages,
  cellsOf,
  endLabelOf,
}: {
  user_id: string
  operations: Operations
  texts: Texts
  head: readonly string[]
  pages: Pages<T>
  cellsOf: (item: T) => readonly ReactNode[]
  /** The accessible name of the button that ends one. */
  endLabelOf: (item: T) => string
}): ReactElement {
  const t = useMessages().user
  const can = useCan(list)
  const { items } = pages
  const endAll = (
    <ConfirmButton
      call={end_all}
      input={{ id: user_id }}
      onSuccess={() => notify(texts.allEnded)}
      label={texts.endAll}
      button={{ variant: 'default', size: 'xs', disabled: items.length === 0 }}
    >
      {texts.endAllText}
    </ConfirmButton>
  )
  return (
    <Section title={texts.title} hint={texts.hint} actions={can ? endAll : undefined}>
      {can ? shownItems() : <RoleNeeded call={list} />}
    </Section>
  )

  function shownItems(): ReactElement {
    if (pages.error && items.length === 0) return <Problem error={pages.error} onRetry={pages.retry} />
    if (pages.is_pending) return <RoutePending />
    if (items.length === 0) return <EmptyState title={texts.empty} hint={texts.emptyHint} />
    return (
      <Stack align="stretch">
        <DataTable
          label={texts.title}
          head={[...head, t.actions]}
          rows={items.map((item) => [
            ...cellsOf(item),
            <CallButton
              key="end"
              call={end}
              input={{ id: item.id }}
              also={['users']}
              onSuccess={() => notify(texts.ended)}
              label={texts.end}
              button={{ size: 'xs', 'aria-label': endLabelOf(item) }}
            />,
          ])}
        />
        {pages.has_more && (
          <Button variant="subtle" loading={pages.is_loading_more} onClick={pages.loadMore}>
            {t.more}
          </Button>
        )}
      </Stack>
    )
  }
}
