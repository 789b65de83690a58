import { Anchor, Skeleton, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { repeatedState } from '../client/use-live'
import { modeOf, type ConnectionMode } from '../connections/connection-mode'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { LiveBadge } from '../ui/live-badge'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { Time } from '../ui/time'
import { countEnds, type CountedEnds, type End } from './count-ends'
import { Diagram } from './diagram'
import styles from './login-way.module.css'

const read_every_ms = 15_000

const ends_of_mode: Record<ConnectionMode, readonly End[]> = {
  local: ['here', 'refused'],
  import: ['here', 'moved', 'refused', 'no_answer'],
  legacy: ['accepted', 'refused', 'no_answer'],
}

/** The way that a login with a connection takes in its mode, with how many of today went where. */
export function LoginWay({ connection }: { connection: Answer<'getConnection'> }): ReactElement {
  const t = useMessages().login_way
  const logins = useRead('getMigrationLogins', { connection_id: connection.id }, { every_ms: read_every_ms })
  const { data, error, refetch } = logins
  return (
    <Section
      title={t.title}
      hint={
        data && (
          <>
            {t.since} <Time value={`${data.day}T00:00:00.000Z`} />.{' '}
            <Anchor
              size="sm"
              underline="always"
              renderRoot={(props) => (
                <Link
                  {...props}
                  from="/t/$tenant_id"
                  to="/t/$tenant_id/migration/$connection_id"
                  params={{ connection_id: connection.id }}
                />
              )}
            >
              {t.byApplication}
            </Anchor>
          </>
        )
      }
      actions={<LiveBadge state={repeatedState(logins)} />}
    >
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {data ? <Way mode={modeOf(connection)} logins={data} /> : !error && <Skeleton height={200} />}
    </Section>
  )
}

function Way({ mode, logins }: { mode: ConnectionMode; logins: Answer<'getMigrationLogins'> }): ReactElement {
  const t = useMessages()
  const texts = t.login_way
  const counted: CountedEnds = countEnds(logins.outcomes)
  const { calls, script } = logins.legacy_calls
  const named = ends_of_mode[mode]
  // Those of an earlier mode of today.
  const elsewhere = counted.total - named.reduce((sum, end) => sum + counted[end], 0)
  const rows: [string, number][] = [
    [texts.all, counted.total],
    ...(mode === 'local' ? [] : [[texts.asked(script), calls] as [string, number]]),
    ...named.map((end): [string, number] => [
      end === 'refused' ? `${texts.ends.refused} (${texts.ofThemWrong(counted.wrong)})` : texts.ends[end],
      counted[end],
    ]),
  ]
  return (
    <div className={styles.way}>
      <Diagram mode={mode} counted={counted} asked={calls} />
      <div className={styles.table}>
        <DataTable
          label={texts.title}
          head={[texts.step, texts.logins]}
          rows={rows.map(([name, value]) => [name, t.ui.number(value)])}
        />
      </div>
      {elsewhere > 0 && (
        <Text size="sm" c="dimmed">
          {texts.elsewhere(elsewhere)}
        </Text>
      )}
    </div>
  )
}
