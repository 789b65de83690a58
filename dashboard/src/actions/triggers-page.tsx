import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { DataTable } from '../ui/data-table'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { ActionTabs } from './action-tabs'
import { trigger_names } from './trigger-samples'
import { boundTo, useActions } from './use-actions'

/** The triggers: when each runs its actions, and which. */
export function TriggersPage(): ReactElement {
  const t = useMessages().actions
  const { data, error, refetch } = useActions()
  return (
    <Page title={t.title} subtitle={t.triggersSubtitle}>
      <ActionTabs />
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <RoutePending />}
      {data && (
        <DataTable
          label={t.triggers}
          head={[t.trigger, t.runsWhen, t.itsActions]}
          rows={trigger_names.map((trigger) => {
            const bound = boundTo(trigger, data.actions)
            return [
              <Link key="trigger" from="/t/$tenant_id/actions/triggers" to="./$trigger" params={{ trigger }}>
                {t.triggerNames[trigger]}
              </Link>,
              t.triggerHints[trigger],
              <Text key="actions" size="sm" style={{ overflowWrap: 'anywhere' }}>
                {bound.length === 0 ? t.none : bound.map(({ name }) => name).join(', ')}
              </Text>,
            ]
          })}
        />
      )}
    </Page>
  )
}
