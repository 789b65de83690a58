import { Radio, Stack, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import type { StepProps } from './connect-assistant'
import { StepForm } from './step-form'

const other = ''

/** Asks which table has the users: the one that was found, another one, or one that is named. */
export function TableStep({ found, asked, inspect, is_busy, next }: StepProps): ReactElement {
  const t = useMessages().assistant
  const { users_table, other_tables, engine, server_version, tables_read } = found
  const [chosen, setChosen] = useState(users_table?.table ?? other)
  const [named, setNamed] = useState('')
  const table = chosen === other ? named.trim() : chosen
  const submit = async (): Promise<void> => {
    if (table === users_table?.table) return next()
    // What was said about the columns of the table before does not hold for this one.
    if (await inspect({ ...asked, settings: { TABLE: table } })) next()
  }
  return (
    <StepForm onSubmit={submit} label={t.next} is_busy={is_busy} is_disabled={table === ''}>
      <Text size="sm" c="dimmed">
        {t.read(server_version, engine, tables_read)}
      </Text>
      <Radio.Group value={chosen} onChange={setChosen} aria-label={t.questions.table}>
        <Stack gap="xs">
          {[...(users_table ? [users_table] : []), ...other_tables].map(({ table: name, kind, score, reason }) => (
            <Radio
              key={name}
              value={name}
              label={kind === 'view' ? t.view(name) : name}
              description={t.certainty(score, reason)}
            />
          ))}
          <Radio value={other} label={t.otherTable} />
        </Stack>
      </Radio.Group>
      {chosen === other && (
        <TextInput
          label={t.table}
          description={t.tableHint}
          value={named}
          maxLength={1000}
          spellCheck={false}
          onChange={(event) => setNamed(event.currentTarget.value)}
        />
      )}
    </StepForm>
  )
}
