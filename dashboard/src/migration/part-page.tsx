import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useTenant } from '../session/use-session'
import { LinkTabs } from '../ui/link-tabs'
import { Page } from '../ui/page'
import { MigrationEnd } from './migration-end'
import { phaseOf } from './phase'
import { migrationParts } from './parts'

/** A tab for each page of a migration. */
export function MigrationTabs({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().migration
  const { tenant_id } = useTenant()
  return (
    <LinkTabs
      label={t.parts}
      base={`/t/${tenant_id}/migration/${connection_id}`}
      tabs={migrationParts.map(({ path, label }) => ({ path, label: t.tabs[label] }))}
    />
  )
}

/**
 * The frame of a page of one migration beside its first: the name of the connection, the tabs, what the page is for, and whether the migration
 * has ended.
 */
export function MigrationPartPage({
  connection_id,
  title,
  subtitle,
  actions,
  says_end = true,
  children,
}: {
  connection_id: string
  title: string
  subtitle: string
  actions?: ReactNode
  /** False where the page itself says that the migration has ended. */
  says_end?: boolean
  children: ReactNode
}): ReactElement {
  const t = useMessages()
  const { data } = useRead('getMigration', { connection_id, days: 1 })
  return (
    <Page
      title={data ? `${title}: ${data.connection}` : title}
      subtitle={subtitle}
      actions={actions}
      breadcrumbs={[
        <Link key="migrations" from="/t/$tenant_id" to="./migration">
          {t.migration.title}
        </Link>,
      ]}
    >
      <MigrationTabs connection_id={connection_id} />
      {says_end && data && <MigrationEnd connection_id={connection_id} phase={phaseOf(data)} />}
      {children}
    </Page>
  )
}
