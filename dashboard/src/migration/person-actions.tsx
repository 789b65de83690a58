import { Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { notify, notifyProblem } from '../ui/notices'
import { Permission } from '../ui/permission'
import { DecideDialog } from './decide-dialog'
import { LatecomerActions } from './latecomer-actions'
import type { RecordedPerson } from './person-page'
import { recordName } from './record-name'

type Props = { connection_id: string; person: RecordedPerson }

const open_states = ['unseen', 'seen', 'reset_pending', 'refused']

/** What an admin may do for a person, by role. */
export function PersonActions(props: Props): ReactElement {
  const { connection_id, person } = props
  const { record } = person
  const is_open = open_states.includes(record.state)
  const finish_step = useRead('getMigration', { connection_id, days: 1 }).data?.finish_step ?? null
  return (
    <Stack gap="sm">
      {person.locks.length > 0 && <Unlock {...props} />}
      {record.decision && <Decided {...props} />}
      <Group>
        {person.link_address !== undefined && record.state !== 'deleted' && <SendLink {...props} />}
        {is_open && <Decide {...props} />}
        {record.state === 'refused' && <Retry {...props} />}
        {record.state === 'deleted' && <LiftTombstone {...props} />}
        {is_open && finish_step !== null && <LatecomerActions {...props} />}
      </Group>
    </Stack>
  )
}

function Unlock({ connection_id, person }: Props): ReactElement {
  const t = useMessages().migration
  const unlock = useCall('unlockPerson')
  const { record_id } = person.record
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between">
        <Text>{t.lockedText}</Text>
        <Permission call="unlockPerson">
          <Button
            size="xs"
            loading={unlock.isPending}
            onClick={() =>
              unlock.mutate(
                { connection_id, body: { record_id } },
                {
                  onSuccess: () => notify(t.unlocked(recordName(person.record))),
                  onError: (error) => notifyProblem(t.notDone, error),
                },
              )
            }
          >
            {t.unlock}
          </Button>
        </Permission>
      </Group>
    </Paper>
  )
}

function Decided({ connection_id, person }: Props): ReactElement | null {
  const t = useMessages().migration
  const withdraw = useCall('deleteDecision')
  const { decision, record_id, state } = person.record
  if (!decision) return null
  const detail = [decision.email, decision.username, decision.phone_number, decision.alias_of, decision.message]
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between">
        <div>
          <Text fw={600}>
            {t.decidedAs(t.kinds[decision.kind])} {t.decidedBy(decision.decided_by)}
          </Text>
          <Text size="sm">{t.consequences[decision.kind]}</Text>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {detail.filter(Boolean).join(', ')}
          </Text>
        </div>
        {open_states.includes(state) && (
          <Permission call="deleteDecision">
            <Button
              size="xs"
              variant="default"
              loading={withdraw.isPending}
              onClick={() =>
                withdraw.mutate(
                  { connection_id, record_id },
                  { onSuccess: () => notify(t.withdrawn), onError: (error) => notifyProblem(t.notDone, error) },
                )
              }
            >
              {t.withdraw}
            </Button>
          </Permission>
        )}
      </Group>
    </Paper>
  )
}

function SendLink({ connection_id, person }: Props): ReactElement {
  const t = useMessages().migration
  const [is_open, setIsOpen] = useState(false)
  const send = useCall('sendLinkToPerson')
  const address = person.link_address ?? ''
  const confirm = (): void =>
    send.mutate(
      { connection_id, body: { record_id: person.record.record_id } },
      {
        onSuccess: ({ sent_to }) => {
          setIsOpen(false)
          notify(t.linkSent(sent_to))
        },
      },
    )
  return (
    <>
      <Permission call="sendLinkToPerson">
        <Button variant="default" onClick={() => setIsOpen(true)}>
          {t.sendLink}
        </Button>
      </Permission>
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={t.sendLinkTitle}
        action={t.send}
        is_busy={send.isPending}
        error={send.error}
        onConfirm={confirm}
      >
        {t.sendLinkText(address)}
      </ConfirmDialog>
    </>
  )
}

function Decide({ connection_id, person }: Props): ReactElement {
  const t = useMessages().migration
  const [is_open, setIsOpen] = useState(false)
  return (
    <>
      <Permission call="setDecision">
        <Button variant="default" onClick={() => setIsOpen(true)}>
          {t.decide}
        </Button>
      </Permission>
      <DecideDialog
        connection_id={connection_id}
        record={person.record}
        is_open={is_open}
        onClose={() => setIsOpen(false)}
      />
    </>
  )
}

function Retry({ connection_id, person }: Props): ReactElement {
  const t = useMessages().migration
  const decide = useCall('setDecision')
  const { record_id } = person.record
  return (
    <Permission call="setDecision">
      <Button
        variant="default"
        loading={decide.isPending}
        onClick={() =>
          decide.mutate(
            { connection_id, record_id, body: { kind: 'retry' } },
            { onSuccess: () => notify(t.retrySaved), onError: (error) => notifyProblem(t.notDone, error) },
          )
        }
      >
        {t.retryPerson}
      </Button>
    </Permission>
  )
}

function LiftTombstone({ connection_id, person }: Props): ReactElement {
  const t = useMessages().migration
  const [is_open, setIsOpen] = useState(false)
  const lift = useCall('liftTombstone')
  const confirm = (): void =>
    lift.mutate(
      { connection_id, record_id: person.record.record_id },
      {
        onSuccess: () => {
          setIsOpen(false)
          notify(t.tombstoneLifted)
        },
      },
    )
  return (
    <>
      <Permission call="liftTombstone">
        <Button variant="default" onClick={() => setIsOpen(true)}>
          {t.liftTombstone}
        </Button>
      </Permission>
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={t.liftTombstone}
        action={t.liftTombstone}
        is_busy={lift.isPending}
        error={lift.error}
        onConfirm={confirm}
      >
        {t.liftTombstoneText}
      </ConfirmDialog>
    </>
  )
}
