import { Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Answer, Item } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DialogActions, FormDialog } from '../ui/form-dialog'
import { notify } from '../ui/notices'
import { Picker, type Choice, type Choices } from '../ui/picker'
import { nameOf } from './user-name'
import { userSearch } from './user-search'

type User = Answer<'getUser'>

const choices_max = 10

/** The users that a text finds: the server searches all of them. */
function useUserChoices(text: string): Choices {
  const q = userSearch(text)
  const { data, isFetching, error } = useRead('listUsers', {
    per_page: choices_max,
    sort: 'created_at:-1',
    ...(q === undefined ? {} : { q }),
  })
  const users: readonly Partial<Item<'listUsers'>>[] = Array.isArray(data) ? data : []
  return {
    choices: users.map((user) => ({ id: user.user_id ?? '', label: nameOf(user), hint: connectionsOf(user) })),
    is_pending: isFetching,
    error,
  }
}

const connectionsOf = ({ identities = [] }: Partial<Item<'listUsers'>>): string =>
  `(${identities.map(({ connection }) => connection).join(', ')})`

/** The button that opens the form which links another user to this one. */
export function LinkUser({ user }: { user: User }): ReactElement {
  const t = useMessages().user
  return (
    <FormDialog call="linkIdentity" label={t.link} title={t.linkTitle} variant="default">
      {(close) => <LinkForm user={user} onClose={close} />}
    </FormDialog>
  )
}

function LinkForm({ user, onClose }: { user: User; onClose: () => void }): ReactElement {
  const t = useMessages().user
  const [other, setOther] = useState<Choice>()
  const link = useCall('linkIdentity', { also: ['sessions', 'refresh-tokens', 'migrations'] })
  const submit = (): void => {
    if (!other) return
    link.mutate(
      { id: user.user_id, body: { provider: 'auth0', user_id: other.id } },
      {
        onSuccess: () => {
          notify(t.linkDone(other.label))
          onClose()
        },
      },
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Stack>
        <Picker
          label={t.otherUser}
          value={other?.label ?? t.chooseUser}
          useChoices={useUserChoices}
          onChoose={setOther}
        />
        {other && <Text>{t.linkText(nameOf(user), other.label)}</Text>}
        <DialogActions label={t.linkNow} call={link} onCancel={onClose} is_disabled={!other} />
      </Stack>
    </form>
  )
}
