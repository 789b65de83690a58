import { Button, Group } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { ConfirmButton } from '../ui/confirm-button'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { notify, notifyProblem } from '../ui/notices'
import { Permission } from '../ui/permission'
import { keysInUse, type Key } from './application-keys'
import type { Client } from './client-types'

type Question = 'use_first' | 'stop' | 'delete'

/** Uses a key, stops using it, or deletes it. What makes requests fail asks before. */
export function KeyActions({
  client,
  client_key,
  is_full,
}: {
  client: Client
  client_key: Key
  /** As many keys as are possible are in use. */
  is_full: boolean
}): ReactElement {
  const t = useMessages()
  const texts = t.applications
  const [question, setQuestion] = useState<Question>()
  const update = useCall('updateClient')
  const remove = useCall('deleteClientCredential')
  const { client_id } = client
  const used = keysInUse(client)
  const is_used = used?.includes(client_key.id) === true
  const name = client_key.name ?? client_key.kid
  const setKeys = (ids: readonly string[]): void =>
    update.mutate(
      {
        id: client_id,
        body: { client_authentication_methods: { private_key_jwt: { credentials: ids.map((id) => ({ id })) } } },
      },
      {
        onSuccess: () => {
          setQuestion(undefined)
          notify(t.ui.saved)
        },
        onError: (error) => {
          if (question === undefined) notifyProblem(t.ui.notSaved, error)
        },
      },
    )
  const start = (): void => (used === undefined ? setQuestion('use_first') : setKeys([...used, client_key.id]))
  const stop = (): void => setKeys((used ?? []).filter((id) => id !== client_key.id))
  const dialogs = {
    use_first: {
      title: texts.useFirstTitle,
      action: texts.useKey,
      text: texts.useFirstText,
      onConfirm: () => setKeys([client_key.id]),
    },
    stop: {
      title: texts.stopTitle,
      action: texts.stopKey,
      text: used?.length === 1 ? `${texts.stopText} ${texts.stopLastText}` : texts.stopText,
      onConfirm: stop,
    },
    delete: {
      title: texts.deleteKeyTitle,
      action: texts.deleteKey,
      text: texts.deleteKeyText,
      onConfirm: () =>
        remove.mutate({ id: client_id, credential_id: client_key.id }, { onSuccess: () => setQuestion(undefined) }),
    },
  }
  const dialog = question && dialogs[question]
  return (
    <Group gap="xs" wrap="nowrap">
      <Permission call="createClientCredential">
        <Button
          size="compact-sm"
          variant="default"
          disabled={!is_used && is_full}
          loading={update.isPending}
          aria-label={is_used ? texts.stopKeyOf(name) : texts.useKeyOf(name)}
          onClick={() => (is_used ? setQuestion('stop') : start())}
        >
          {is_used ? texts.stopKey : texts.useKey}
        </Button>
      </Permission>
      <Permission call="deleteClientCredential">
        <Button
          size="compact-sm"
          variant="outline"
          color="red"
          aria-label={texts.deleteKeyOf(name)}
          onClick={() => setQuestion('delete')}
        >
          {texts.deleteKey}
        </Button>
      </Permission>
      <ConfirmDialog
        is_open={dialog !== undefined}
        onClose={() => setQuestion(undefined)}
        title={dialog?.title ?? ''}
        action={dialog?.action ?? ''}
        is_busy={update.isPending || remove.isPending}
        error={update.error ?? remove.error}
        onConfirm={() => dialog?.onConfirm()}
      >
        {dialog?.text}
      </ConfirmDialog>
    </Group>
  )
}

/** The button that returns an application from its keys to its secret. */
export function UseSecretAgain({ client_id }: { client_id: string }): ReactElement {
  const t = useMessages().applications
  return (
    <ConfirmButton
      call="updateClient"
      input={{ id: client_id, body: { client_authentication_methods: null } }}
      needs="createClientCredential"
      label={t.useSecret}
      title={t.useSecretTitle}
      button={{ variant: 'default', size: 'xs' }}
    >
      {t.useSecretText}
    </ConfirmButton>
  )
}
