import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { AddDestination, Destinations, EgressMode } from '../egress/egress-fields'
import type { EgressAccess } from '../egress/egress-rules'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { notifyProblem } from '../ui/notices'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'

/** Where rules and actions may connect to. */
export function NetworkPage(): ReactElement {
  const { data, error, refetch } = useRead('getTenantSettings')
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  return data ? <Rules settings={data} /> : <RoutePending />
}

function Rules({ settings }: { settings: Answer<'getTenantSettings'> }): ReactElement {
  const { tenant: t, custom_database: texts } = useMessages()
  const update = useCall('updateTenantSettings')
  const { mode = 'open', allow = [] } = settings.extensibility_egress ?? {}
  const access: EgressAccess = {
    rules: { mode, allow },
    call: 'updateTenantSettings',
    is_busy: update.isPending,
    save: (next, onDone) =>
      update.mutate(
        { body: { extensibility_egress: next } },
        { onSuccess: onDone, onError: (error) => notifyProblem(texts.notAllowed, error) },
      ),
  }
  return (
    <Section title={t.egress} hint={t.egressHint}>
      <EgressMode access={access} />
      <Destinations access={access} />
      <AddDestination access={access} />
    </Section>
  )
}
