import { Button, Group, Stack, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { KeptMail, useMailNotice } from '../email/kept-mail'
import { CallButton } from '../ui/call-button'
import { ConfirmButton } from '../ui/confirm-button'
import { CopyText } from '../ui/copy-text'
import { DialogActions, FormDialog } from '../ui/form-dialog'
import { notify } from '../ui/notices'
import { Section } from '../ui/section'
import { useConnectionId } from './use-connection-id'

type User = Answer<'getUser'>

/** Links for a new password and for the verification of the e-mail address. */
export function MailedLinks({ user }: { user: User }): ReactElement {
  const t = useMessages().user
  const { email } = user
  return (
    <Section title={t.links}>
      {email === undefined ? <Text size="sm">{t.noEmail}</Text> : <KeptMail />}
      <Group>
        {email !== undefined && <SendLink user={user} address={email} />}
        {email !== undefined && user.email_verified !== true && <SendVerification user={user} address={email} />}
        <FormDialog call="createPasswordChangeTicket" label={t.createLink} title={t.createLinkTitle} variant="default">
          {(close) => <CreateLink user={user} onClose={close} />}
        </FormDialog>
      </Group>
      {email !== undefined && user.email_verified === true && (
        <Text size="sm" c="dimmed">
          {t.alreadyVerified}
        </Text>
      )}
    </Section>
  )
}

function SendLink({ user, address }: { user: User; address: string }): ReactElement {
  const t = useMessages().user
  const connection_id = useConnectionId(user.identities[0]?.connection ?? '')
  const noticeOf = useMailNotice()
  return (
    <ConfirmButton
      call="sendLinkToPerson"
      input={{ connection_id: connection_id ?? '', body: { user_id: user.user_id } }}
      onSuccess={({ sent_to }) => notify(noticeOf(t.linkSent(sent_to)))}
      label={t.sendLink}
      title={t.sendLinkTitle}
      action={t.send}
      button={{ variant: 'default', disabled: connection_id === undefined }}
    >
      {t.sendLinkText(address)}
    </ConfirmButton>
  )
}

function SendVerification({ user, address }: { user: User; address: string }): ReactElement {
  const t = useMessages().user
  const noticeOf = useMailNotice()
  return (
    <CallButton
      call="createVerificationEmail"
      input={{ body: { user_id: user.user_id } }}
      onSuccess={() => notify(noticeOf(t.verificationSent(address)))}
      label={t.sendVerification}
    />
  )
}

function CreateLink({ user, onClose }: { user: User; onClose: () => void }): ReactElement {
  const t = useMessages().user
  const create = useCall('createPasswordChangeTicket')
  if (create.data)
    return (
      <Stack>
        <CopyText text={create.data.ticket} label={t.createdLink} />
        <Button variant="default" onClick={onClose}>
          {t.done}
        </Button>
      </Stack>
    )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate({ body: { user_id: user.user_id } })
      }}
    >
      <Stack>
        <Text>{t.createLinkText}</Text>
        <DialogActions label={t.create} call={create} onCancel={onClose} />
      </Stack>
    </form>
  )
}
