import { Button, Group, List, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Section } from '../ui/section'
import type { FinishState } from './finish-page'

/** The way back, with what it would lose; or why there is none. */
export function RollBack({ connection_id, finish }: { connection_id: string; finish: FinishState }): ReactElement {
  const t = useMessages().finish
  const [is_open, setIsOpen] = useState(false)
  const roll_back = useCall('rollBackFinish', { also: ['connections', 'jobs'] })
  const { is_possible, loses } = finish.rollback
  const losses = (
    <List size="sm">
      {loses.map((text) => (
        <List.Item key={text}>{text}</List.Item>
      ))}
    </List>
  )
  const confirm = (): void =>
    roll_back.mutate({ connection_id, body: { confirm: finish.connection } }, { onSuccess: () => notify(t.rolledBack) })
  return (
    <Section title={t.rollBack} hint={is_possible ? t.rollBackHint : t.noRollBack}>
      {losses}
      {is_possible && (
        <Group>
          <Permission call="rollBackFinish">
            <Button variant="outline" color="red" onClick={() => setIsOpen(true)}>
              {t.rollBack}
            </Button>
          </Permission>
        </Group>
      )}
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={t.rollBackTitle}
        action={t.rollBack}
        name={finish.connection}
        is_busy={roll_back.isPending}
        error={roll_back.error}
        onConfirm={confirm}
      >
        <Text>{t.rollBackHint}</Text>
        {losses}
      </ConfirmDialog>
    </Section>
  )
}
