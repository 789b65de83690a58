import { Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { KeptMail, useMailNotice } from '../email/kept-mail'
import { CallButton } from '../ui/call-button'
import { ConfirmButton } from '../ui/confirm-button'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { DecideDialog } from './decide-dialog'
import { phaseOf } from './phase'
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
  const { data: migration } = useRead('getMigration', { connection_id, days: 1 })
  const phase = migration && phaseOf(migration)
  const can_decide = phase === 'open' || phase === 'finishing'
  return (
    <Stack gap="sm">
      {person.locks.length > 0 && <Unlock {...props} />}
      {record.decision && <Decided {...props} />}
      <Group>
        {person.link_address !== undefined && record.state !== 'deleted' && <SendLink {...props} />}
        {is_open && can_decide && <Decide {...props} />}
        {record.state === 'refused' && can_decide && <Retry {...props} />}
        {record.state === 'deleted' && <LiftTombstone {...props} />}
        {is_open && (phase === 'finishing' || phase === 'ended') && <LatecomerActions {...props} />}
      </Group>
    </Stack>
  )
}

function Unlock({ connection_id, person }: Props): ReactElement {
  const t = useMessages().migration
  const { record } = person
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between">
        <Text>{t.lockedText}</Text>
        <CallButton
          call="unlockPerson"
          input={{ connection_id, body: { record_id: record.record_id } }}
          onSuccess={() => notify(t.unlocked(recordName(record)))}
          label={t.unlock}
          not_done={t.notDone}
          button={{ variant: 'filled', size: 'xs' }}
        />
      </Group>
    </Paper>
  )
}

function Decided({ connection_id, person }: Props): ReactElement | null {
  const t = useMessages().migration
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
          <CallButton
            call="deleteDecision"
            input={{ connection_id, record_id }}
            onSuccess={() => notify(t.withdrawn)}
            label={t.withdraw}
            not_done={t.notDone}
            button={{ size: 'xs' }}
          />
        )}
      </Group>
    </Paper>
  )
}

function SendLink({ connection_id, person }: Props): ReactElement {
  const t = useMessages().migration
  const noticeOf = useMailNotice()
  return (
    <ConfirmButton
      call="sendLinkToPerson"
      input={{ connection_id, body: { record_id: person.record.record_id } }}
      onSuccess={({ sent_to }) => notify(noticeOf(t.linkSent(sent_to)))}
      label={t.sendLink}
      title={t.sendLinkTitle}
      action={t.send}
    >
      {t.sendLinkText(person.link_address ?? '')}
      <KeptMail />
    </ConfirmButton>
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
  return (
    <CallButton
      call="setDecision"
      input={{ connection_id, record_id: person.record.record_id, body: { kind: 'retry' } }}
      onSuccess={() => notify(t.retrySaved)}
      label={t.retryPerson}
      not_done={t.notDone}
    />
  )
}

function LiftTombstone({ connection_id, person }: Props): ReactElement {
  const t = useMessages().migration
  return (
    <ConfirmButton
      call="liftTombstone"
      input={{ connection_id, record_id: person.record.record_id }}
      onSuccess={() => notify(t.tombstoneLifted)}
      label={t.liftTombstone}
    >
      {t.liftTombstoneText}
    </ConfirmButton>
  )
}
