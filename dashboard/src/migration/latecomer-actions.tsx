import { Button, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmButton, red } from '../ui/confirm-button'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { problemText } from '../ui/problem-text'
import type { RecordedPerson } from './person-page'
import { recordName } from './record-name'

type Props = { connection_id: string; person: RecordedPerson }

/** For a person who had not moved when the finish began: link them to the user who they are here, or release their identifiers. */
export function LatecomerActions(props: Props): ReactElement {
  return (
    <>
      <LinkToUser {...props} />
      <Release {...props} />
    </>
  )
}

function LinkToUser({ connection_id, person }: Props): ReactElement {
  const t = useMessages().migration
  const [is_open, setIsOpen] = useState(false)
  const [user_id, setUserId] = useState('')
  const link = useCall('linkMigrationRecord', { also: ['users'] })
  const { record_id } = person.record
  const confirm = (): void =>
    link.mutate(
      { connection_id, record_id, body: { user_id: user_id.trim() } },
      {
        onSuccess: () => {
          setIsOpen(false)
          notify(t.linked)
        },
      },
    )
  return (
    <>
      <Permission call="linkMigrationRecord">
        <Button variant="default" onClick={() => setIsOpen(true)}>
          {t.linkLatecomer}
        </Button>
      </Permission>
      <Modal opened={is_open} onClose={() => setIsOpen(false)} title={t.linkLatecomer}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            confirm()
          }}
        >
          <Stack>
            <Text>{t.linkLatecomerText}</Text>
            <TextInput
              label={t.userIdLabel}
              value={user_id}
              onChange={(event) => setUserId(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
              {...(link.error ? { error: problemText(link.error) } : {})}
            />
            <Button type="submit" disabled={user_id.trim() === ''} loading={link.isPending}>
              {t.link}
            </Button>
          </Stack>
        </form>
      </Modal>
    </>
  )
}

function Release({ connection_id, person: { record } }: Props): ReactElement {
  const t = useMessages().migration
  return (
    <ConfirmButton
      call="releaseMigrationRecord"
      input={{ connection_id, record_id: record.record_id }}
      onSuccess={() => notify(t.released)}
      label={t.release}
      name={recordName(record)}
      button={red}
    >
      {t.releaseText}
    </ConfirmButton>
  )
}
