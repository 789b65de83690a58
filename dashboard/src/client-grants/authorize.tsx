import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { FormDialog } from '../ui/form-dialog'
import { notify } from '../ui/notices'
import { Picker, type Choice } from '../ui/picker'
import { GrantForm } from './grant-form'
import { useApiChoices, useClientChoices } from './use-choices'

type Sides = { client_id: string; audience?: never } | { client_id?: never; audience: string }

/** The button that opens the form of a new client grant: of an application for an API that is chosen, or for an API of an application that is chosen. */
export function Authorize(sides: Sides): ReactElement {
  const { grant } = useMessages().apis
  const title = sides.audience === undefined ? grant.authorizeApi : grant.authorizeApplication
  return (
    <FormDialog call="createClientGrant" label={title} title={title}>
      {(close) => <NewGrant {...sides} onClose={close} />}
    </FormDialog>
  )
}

function NewGrant({ onClose, ...sides }: Sides & { onClose: () => void }): ReactElement {
  const { grant } = useMessages().apis
  const [chosen, setChosen] = useState<Choice>()
  const create = useCall('createClientGrant')
  const client_id = sides.client_id ?? chosen?.id
  const audience = sides.audience ?? chosen?.id
  const is_api = sides.audience === undefined
  return (
    <GrantForm
      audience={audience}
      initial={{ scope: [], allow_all_scopes: false }}
      action={grant.authorize}
      call={create}
      onClose={onClose}
      onSubmit={
        client_id === undefined || audience === undefined
          ? undefined
          : (granted) =>
              create.mutate(
                { body: { client_id, audience, ...granted } },
                {
                  onSuccess: () => {
                    notify(grant.authorized(chosen?.label ?? client_id))
                    onClose()
                  },
                },
              )
      }
    >
      <Picker
        label={is_api ? grant.chooseApi : grant.chooseApplication}
        value={chosen?.label ?? ''}
        useChoices={is_api ? useApiChoices : useClientChoices}
        onChoose={setChosen}
      />
    </GrantForm>
  )
}
