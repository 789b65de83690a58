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
  const runs = doesRun(connection, script)
  return (
    <Stack gap="xs">
      {runs ? (
        <Text>{script.script === 'list_users' ? t.runsForLoads : t.runsWhen(events.join(t.and))}</Text>
      ) : (
        <Alert color="gray" title={t.neverRuns}>
          {reasonOf(t.never, connection, script)}
        </Alert>
      )}
      {runs && script.source === null && (
        <Text c="dimmed">{script.script === 'list_users' ? t.missingListing : t.missing(script.script)}</Text>
      )}
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

/** Whether a script runs in the mode of its connection: for an event, or for a load of the directory. */
export const doesRun = (connection: Connection, { script, runs_for }: Script): boolean =>
  runs_for.length > 0 || (script === 'list_users' && modeOf(connection) !== 'local')

type Reasons = { local: string; import: string; legacy: string; hash: string }

function reasonOf(never: Reasons, connection: Connection, { script }: Script): string {
  const mode = modeOf(connection)
  if (mode !== 'local' && script === 'login' && connection.options.verify_password_here === true) return never.hash
  return never[mode]
}
