import { Button, Group, Modal } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notify, notifyProblem, notifyUndo } from '../ui/notices'
import { Permission } from '../ui/permission'
import { GrantForm, type Granted } from './grant-form'

/** A client grant in a list. */
export type Grant = Item<'listClientGrants'>

const grantedOf = ({ scope, allow_all_scopes = false }: Grant): Granted => ({ scope, allow_all_scopes })

/** Changes the permissions of a client grant, or revokes it, which can be undone. `name`: that of the other side. */
export function GrantActions({ grant, name }: { grant: Grant; name: string }): ReactElement {
  const t = useMessages()
  const texts = t.apis.grant
  const [is_open, setIsOpen] = useState(false)
  const create = useCall('createClientGrant')
  const update = useCall('updateClientGrant')
  const remove = useCall('deleteClientGrant')
  const { id, client_id, audience } = grant
  const before = grantedOf(grant)
  const undo = (): void =>
    create.mutate(
      { body: { client_id, audience, ...before } },
      { onError: (error) => notifyProblem(t.ui.notSaved, error) },
    )
  const revoke = (): void =>
    remove.mutate(
      { id },
      {
        onSuccess: () => notifyUndo(texts.revoked(name), { label: t.ui.undo, run: undo }),
        onError: (error) => notifyProblem(t.ui.notSaved, error),
      },
    )
  const save = (granted: Granted): void =>
    update.mutate(
      { id, body: changesOf(before, granted) },
      {
        onSuccess: () => {
          setIsOpen(false)
          notify(t.ui.saved)
        },
      },
    )
  return (
    <Group gap="xs" wrap="nowrap">
      <Permission call="updateClientGrant">
        <Button size="compact-sm" variant="default" aria-label={texts.editOf(name)} onClick={() => setIsOpen(true)}>
          {texts.edit}
        </Button>
      </Permission>
      <Permission call="deleteClientGrant">
        <Button
          size="compact-sm"
          variant="outline"
          color="red"
          loading={remove.isPending}
          aria-label={texts.revokeOf(name)}
          onClick={revoke}
        >
          {texts.revoke}
        </Button>
      </Permission>
      <Modal opened={is_open} onClose={() => setIsOpen(false)} title={texts.editOf(name)}>
        {/* Mounted anew each time: what was chosen and not saved is gone. */}
        {is_open && (
          <GrantForm
            audience={audience}
            initial={before}
            action={t.ui.save}
            call={update}
            onSubmit={save}
            onClose={() => setIsOpen(false)}
          />
        )}
      </Modal>
    </Group>
  )
}

/** The members that changed. */
function changesOf(before: Granted, after: Granted): Partial<Granted> {
  const is_same = JSON.stringify(before.scope.toSorted()) === JSON.stringify(after.scope.toSorted())
  return {
    ...(is_same ? {} : { scope: after.scope }),
    ...(before.allow_all_scopes === after.allow_all_scopes ? {} : { allow_all_scopes: after.allow_all_scopes }),
  }
}
