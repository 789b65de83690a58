import { outcomes } from 'virtual:contract'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { isFailure, textAt, type LogEvent } from '../logs/log-meaning'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'

// The events of a connection without a legacy store do not name the outcome.
const outcome_of_type: Record<string, string> = {
  s: 'success',
  fp: 'wrong_password',
  fu: 'unknown_user',
  limit_wc: 'locked',
  limit_mu: 'address_locked',
}

/** How a login ended, by its log event. */
export const outcomeOf = ({ type, details }: LogEvent): string | undefined =>
  textAt(details, 'migration', 'outcome') ?? outcome_of_type[type]

/** Whether an event is one login of a test: events of codes and sessions are not. */
export const isLogin = (event: LogEvent): boolean => event.type === 's' || isFailure(event)

/** The logins of a test, the newest first, each with the text that the person saw. */
export function Attempts({ events }: { events: readonly LogEvent[] }): ReactElement {
  const t = useMessages().try_connection
  return (
    <DataTable
      label={t.attempts}
      head={[t.time, t.typed, t.result, t.seen]}
      rows={events.map((event) => [
        <Link key="time" from="/t/$tenant_id" to="/t/$tenant_id/logs/$log_id" params={{ log_id: event.log_id }}>
          <Time value={event.date} />
        </Link>,
        event.user_name ?? '–',
        <StateBadge key="result" tone={isFailure(event) ? 'bad' : 'good'}>
          {isFailure(event) ? t.notLetIn : t.letIn}
        </StateBadge>,
        <SeenText key="seen" event={event} />,
      ])}
    />
  )
}

function SeenText({ event }: { event: LogEvent }): ReactElement {
  const t = useMessages().try_connection
  const outcome = outcomes[outcomeOf(event) ?? '']
  if (!isFailure(event)) return <>{t.ends[outcomeOf(event) ?? 'success'] ?? t.letIn}</>
  const text = outcome?.shows_message === true ? event.description : outcome?.message
  return (
    <>
      {text ?? event.description ?? '–'} {outcome && <i>({outcome.meaning})</i>}
    </>
  )
}
