import { Button, Group, Skeleton, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Problem } from '../ui/problem'
import { StateBadge, type Tone } from '../ui/state-badge'
import { Time } from '../ui/time'
import styles from './live-log.module.css'

const route = getRouteApi('/t/$tenant_id/connections/$connection_id/custom-database')

type Line = Item<'listScriptLogs'>

const tones: Record<string, Tone> = { error: 'bad', warn: 'warning' }

/** A line of the script log, with the login that it belongs to. */
export function LogLine({ line, has_script }: { line: Line; has_script: boolean }): ReactElement {
  const t = useMessages().custom_database
  const can_read_logs = useCan('listLogs')
  const { call } = route.useSearch()
  const navigate = route.useNavigate()
  const [is_open, setIsOpen] = useState(false)
  const { call_id, level, text, at, script, duration_ms, outcome } = line
  return (
    <div className={styles.line}>
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <Text component="span" size="xs" c="dimmed">
            <Time value={at} />
          </Text>
          <StateBadge tone={tones[level] ?? 'neutral'}>{level}</StateBadge>
          {has_script && <Text size="xs">{script}</Text>}
          {outcome !== undefined && duration_ms !== undefined && (
            <Text size="xs" c="dimmed">
              {t.ms(duration_ms)}
            </Text>
          )}
        </Group>
        {call_id !== '' && (
          <Group gap="xs">
            {can_read_logs && (
              <Button
                size="compact-xs"
                variant="default"
                aria-expanded={is_open}
                onClick={() => setIsOpen((before) => !before)}
              >
                {t.showLogin}
              </Button>
            )}
            {call === undefined && (
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => void navigate({ search: (now) => ({ ...now, call: call_id }), resetScroll: false })}
              >
                {t.callLines}
              </Button>
            )}
          </Group>
        )}
      </Group>
      <pre className={styles.text}>{text}</pre>
      {is_open && <LoginOfCall line={line} />}
    </div>
  )
}

const around_ms = 10 * 60_000

/** The log event of the login that made a call. */
function LoginOfCall({ line: { call_id, at } }: { line: Line }): ReactElement {
  const t = useMessages().custom_database
  const time = (offset: number): string => new Date(Date.parse(at) + offset).toISOString()
  // The dates bound what the server reads.
  const q = `details.migration.call_id:"${call_id}" AND date:[${time(-around_ms)} TO ${time(around_ms)}]`
  const { data, error, refetch } = useRead('listLogs', { q, per_page: 1, include_totals: false })
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height={24} />
  const event = (Array.isArray(data) ? data : [])[0]
  if (!event)
    return (
      <Text size="sm" c="dimmed">
        {t.noLogin}
      </Text>
    )
  const { type, description, user_id, user_name, client_name } = event
  const who = user_name === '' ? t.unknownPerson : user_name
  return (
    <Group gap="xs" aria-label={t.login} role="group">
      <StateBadge tone={type === 's' ? 'good' : 'bad'}>{type}</StateBadge>
      <Text size="sm">{t.loginOf(who, client_name ?? '')}</Text>
      {description !== undefined && description !== null && <Text size="sm">{description}</Text>}
      {user_id !== '' && (
        <Link from="/t/$tenant_id" to="./users/$user_id" params={{ user_id }}>
          {t.openUser}
        </Link>
      )}
    </Group>
  )
}
