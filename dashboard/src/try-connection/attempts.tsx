import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Outcome } from '../../../src/contract/outcomes.ts'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'

/** A login of a test. */
export type Attempt = Answer<'listSignInTestAttempts'>['attempts'][number]

/** Whether a login let the person in. */
export const isLetIn = ({ type }: Attempt): boolean => type === 's'

/** The logins of a test, the newest first, each with the text that the person saw. */
export function Attempts({ attempts }: { attempts: readonly Attempt[] }): ReactElement {
  const t = useMessages().try_connection
  return (
    <DataTable
      label={t.attempts}
      head={[t.time, t.typed, t.result, t.seen]}
      rows={attempts.map((attempt) => [
        <Link key="time" from="/t/$tenant_id" to="/t/$tenant_id/logs/$log_id" params={{ log_id: attempt.log_id }}>
          <Time value={attempt.at} />
        </Link>,
        attempt.user_name ?? '–',
        <StateBadge key="result" tone={isLetIn(attempt) ? 'good' : 'bad'}>
          {isLetIn(attempt) ? t.letIn : t.notLetIn}
        </StateBadge>,
        <SeenText key="seen" attempt={attempt} />,
      ])}
    />
  )
}

/** What the person read, and why. */
function SeenText({ attempt }: { attempt: Attempt }): ReactElement {
  const { try_connection: t, migration } = useMessages()
  const { outcome, shown_text, description } = attempt
  if (isLetIn(attempt)) return <>{t.ends[outcome ?? 'success'] ?? t.letIn}</>
  return (
    <>
      {shown_text ?? description ?? '–'}{' '}
      {outcome !== undefined && <i>({migration.outcomes[outcome as Outcome] ?? outcome})</i>}
    </>
  )
}
