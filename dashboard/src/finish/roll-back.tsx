import { Group, List, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { ConfirmButton, red } from '../ui/confirm-button'
import { notify } from '../ui/notices'
import { Section } from '../ui/section'
import type { FinishState } from './finish-page'

/** The way back, with what it would lose; or why there is none. */
export function RollBack({ connection_id, finish }: { connection_id: string; finish: FinishState }): ReactElement {
  const t = useMessages().finish
  const { is_possible, loses } = finish.rollback
  const losses = (
    <List size="sm">
      {loses.map((text) => (
        <List.Item key={text}>{text}</List.Item>
      ))}
    </List>
  )
  return (
    <Section title={t.rollBack} hint={is_possible ? t.rollBackHint : t.noRollBack}>
      {losses}
      {is_possible && (
        <Group>
          <ConfirmButton
            call="rollBackFinish"
            input={{ connection_id, body: { confirm: finish.connection } }}
            also={['connections', 'jobs']}
            onSuccess={() => notify(t.rolledBack)}
            label={t.rollBack}
            title={t.rollBackTitle}
            name={finish.connection}
            button={red}
          >
            <Text>{t.rollBackHint}</Text>
            {losses}
          </ConfirmButton>
        </Group>
      )}
    </Section>
  )
}
