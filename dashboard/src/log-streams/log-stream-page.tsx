import { Stack } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { Facts } from '../ui/facts'
import { FormActions, useChangeForm } from '../ui/form'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { Time } from '../ui/time'
import { DeleteLogStream } from './delete-log-stream'
import { StreamActions } from './stream-actions'
import { field_of_property, fieldsOf, streamBody, StreamInputs, streamProblems } from './stream-fields'
import { StreamState } from './stream-state'

const route = getRouteApi('/t/$tenant_id/log-streams/$log_stream_id')
const refresh_ms = 5000

/** One log stream: its health, what it posts where, and what can be done with it. */
export function LogStreamPage(): ReactElement {
  const t = useMessages().logStreams
  const { log_stream_id: id } = route.useParams()
  const { data: stream, error, refetch } = useRead('getLogStream', { id }, { every_ms: refresh_ms })
  if (error && !stream) return <Problem error={error} onRetry={() => void refetch()} />
  if (!stream) return <RoutePending />
  return (
    <Page
      title={stream.name}
      breadcrumbs={[
        <Link key="streams" from="/t/$tenant_id" to="./log-streams">
          {t.title}
        </Link>,
      ]}
    >
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      <Health stream={stream} />
      <StreamActions stream={stream} />
      <Settings stream={stream} />
      <DeleteLogStream stream={stream} />
    </Page>
  )
}

function Health({ stream }: { stream: Answer<'getLogStream'> }): ReactElement {
  const t = useMessages()
  const { delivered, attempts, next_attempt_at, last_success_at, last_failure_at, last_error } = stream.delivery
  const { facts } = t.logStreams
  return (
    <Facts
      label={t.logStreams.health}
      facts={[
        [facts.state, <StreamState key="state" stream={stream} />],
        [facts.delivered, t.ui.number(delivered)],
        [facts.lastSuccess, <Time key="success" value={last_success_at} is_relative />],
        [facts.attempts, attempts > 0 ? t.ui.number(attempts) : undefined],
        [
          facts.lastFailure,
          last_failure_at === undefined ? undefined : <Time key="failure" value={last_failure_at} is_relative />,
        ],
        [facts.lastError, last_error],
        [
          facts.nextAttempt,
          next_attempt_at === undefined ? undefined : <Time key="next" value={next_attempt_at} is_relative />,
        ],
      ]}
    />
  )
}

function Settings({ stream }: { stream: Answer<'getLogStream'> }): ReactElement {
  const t = useMessages()
  const update = useCall('updateLogStream')
  const may = useCan('updateLogStream')
  const changes = useChangeForm(fieldsOf(stream), {
    validate: (values) => streamProblems(values, t.logStreams),
    field_of_property,
    secrets: ['authorization'],
  })
  const { form, changed, afterSave } = changes
  const submit = form.onSubmit(() => update.mutate({ id: stream.id, body: streamBody(changed) }, afterSave))
  return (
    <Section title={t.logStreams.settings}>
      <form onSubmit={submit}>
        <Stack maw={760}>
          <StreamInputs form={form} is_disabled={!may} />
          <FormActions changes={changes} call={update} saves="updateLogStream" />
        </Stack>
      </form>
    </Section>
  )
}
