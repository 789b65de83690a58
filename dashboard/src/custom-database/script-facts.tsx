import { Alert, Group, Stack, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { modeOf } from '../connections/connection-mode'
import { useMessages } from '../messages/use-messages'
import type { Connection, Script } from './scripts'

/** When a script runs, or why it never does, and how its calls of the last 24 hours ended. */
export function ScriptFacts({ connection, script }: { connection: Connection; script: Script }): ReactElement {
  const t = useMessages().custom_database
  const { calls, errors, p95_ms } = script.last_24_h
  const mode = modeOf(connection)
  const events = script.runs_for.map((event) =>
    event === 'login' && mode === 'legacy' ? t.loginInLegacyMode : t.events[event],
  )
  const facts: [string, string][] = [
    [t.calls, calls === 0 ? t.noCalls : String(calls)],
    ...(calls === 0 ? [] : ([[t.errors, String(errors)]] as [string, string][])),
    ...(p95_ms === null ? [] : ([[t.p95, t.ms(p95_ms)]] as [string, string][])),
  ]
  return (
    <Stack gap="xs">
      {events.length > 0 ? (
        <Text>{t.runsWhen(events.join(t.and))}</Text>
      ) : (
        <Alert color="gray" title={t.neverRuns}>
          {reasonOf(t.never, connection, script)}
        </Alert>
      )}
      {events.length > 0 && script.source === null && <Text c="dimmed">{t.missing(script.script)}</Text>}
      {events.length > 0 && (
        <Group gap="lg">
          <Text size="sm" c="dimmed">
            {t.last24h}
          </Text>
          {facts.map(([label, value]) => (
            <Group key={label} gap={6}>
              <Text size="sm" c="dimmed">
                {label}
              </Text>
              <Text size="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
                {value}
              </Text>
            </Group>
          ))}
        </Group>
      )}
    </Stack>
  )
}

type Reasons = { local: string; import: string; legacy: string; hash: string; list_users: string }

function reasonOf(never: Reasons, connection: Connection, { script }: Script): string {
  if (script === 'list_users') return never.list_users
  const mode = modeOf(connection)
  if (mode !== 'local' && script === 'login' && connection.options.verify_password_here === true) return never.hash
  return never[mode]
}
