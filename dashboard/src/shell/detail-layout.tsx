import { Outlet } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { ProblemError } from '../client/problem-error'
import { LinkTabs, type LinkTab } from '../ui/link-tabs'
import { Page, type PageProps } from '../ui/page'
import { Problem } from '../ui/problem'
import { RoutePending } from './route-states'

/** The frame of the pages of one thing, once it is read: its name, the link to the list that it is in, and a tab for each page. */
export function DetailLayout<T>({
  query: { data, error, refetch },
  headOf,
  list,
  label,
  base,
  tabs,
}: {
  query: { data: T | undefined; error: ProblemError | null; refetch: () => Promise<unknown> }
  /** What stands above the tabs. `above`: between the title and the tabs. */
  headOf: (thing: T) => Pick<PageProps, 'title' | 'subtitle' | 'actions'> & { above?: ReactNode }
  /** The link to the list. */
  list: ReactNode
  /** The accessible name of the tabs. */
  label: string
  /** The address of the first page. */
  base: string
  tabs: readonly LinkTab[]
}): ReactElement {
  if (error && data === undefined) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <RoutePending />
  const { above, ...head } = headOf(data)
  return (
    <Page {...head} breadcrumbs={[<span key="list">{list}</span>]}>
      {above}
      <LinkTabs label={label} base={base} tabs={tabs} />
      <Outlet />
    </Page>
  )
}
