import { Stack, Text, Title } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer, Item } from '../client/contract-types'
import { useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { Problem } from '../ui/problem'
import { Time } from '../ui/time'
import { textAt } from './log-meaning'

const lines_max = 100

/** What the action scripts of the connection, and the rules, wrote during the login of an event. */
export function LogScriptLines({ event: { connection_id, details } }: { event: Answer<'getLog'> }): ReactElement {
  const of_scripts = textAt(details, 'migration', 'call_id')
  const of_rules = textAt(details, 'post_login', 'call_id')
  const can_scripts = useCan('listScriptLogs')
  const can_rules = useCan('listRuleLogs')
  return (
    <>
      {of_scripts !== undefined && connection_id !== '' && can_scripts && (
        <ActionLines connection_id={connection_id} call_id={of_scripts} />
      )}
      {of_rules !== undefined && can_rules && <RuleLines call_id={of_rules} />}
    </>
  )
}

function ActionLines({ connection_id, call_id }: { connection_id: string; call_id: string }): ReactElement {
  const t = useMessages().logs
  return <Lines title={t.scriptLines} {...useRead('listScriptLogs', { id: connection_id, call_id, take: lines_max })} />
}

function RuleLines({ call_id }: { call_id: string }): ReactElement {
  const t = useMessages().logs
  return <Lines title={t.ruleLines} {...useRead('listRuleLogs', { call_id, take: lines_max })} />
}

type Read = {
  data: { script_logs: Item<'listScriptLogs'>[]; next?: string } | undefined
  error: unknown
  refetch: () => unknown
}

function Lines({ title, data, error, refetch }: Read & { title: string }): ReactElement {
  const t = useMessages()
  const { time, script, level, text } = t.logs.lineColumns
  const lines = data?.script_logs.toReversed() ?? []
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {error ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Text>{t.ui.loading}</Text>
      ) : lines.length === 0 ? (
        <Text c="dimmed">{t.logs.noScriptLines}</Text>
      ) : (
        <DataTable
          label={title}
          head={[time, script, level, text]}
          rows={lines.map((line) => [
            <Time key="at" value={line.at} />,
            line.script,
            line.level,
            <Text key="text" size="sm" ff="monospace" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {line.text}
            </Text>,
          ])}
        />
      )}
      {data?.next !== undefined && <Text size="sm">{t.logs.moreLines(lines_max)}</Text>}
    </Stack>
  )
}
