import { Stack, TextInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DialogActions, FormDialog } from '../ui/form-dialog'
import { notify } from '../ui/notices'
import { isRuleName, name_max } from './rule-name'

type Rule = Answer<'getRule'>

/** The button that gives a rule another name. */
export function RenameRule({ rule }: { rule: Rule }): ReactElement {
  const t = useMessages().rules
  return (
    <FormDialog call="updateRule" variant="default" label={t.rename} title={t.renameTitle(rule.name)}>
      {(close) => <Form rule={rule} onClose={close} />}
    </FormDialog>
  )
}

function Form({ rule, onClose }: { rule: Rule; onClose: () => void }): ReactElement {
  const t = useMessages()
  const update = useCall('updateRule')
  const [name, setName] = useState(rule.name)
  const is_valid = isRuleName(name)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!is_valid) return
        update.mutate(
          { id: rule.id, body: { name } },
          {
            onSuccess: () => {
              notify(t.ui.saved)
              onClose()
            },
          },
        )
      }}
    >
      <Stack>
        <TextInput
          label={t.rules.name}
          value={name}
          maxLength={name_max}
          autoComplete="off"
          data-autofocus
          error={is_valid ? null : t.rules.nameRule(name_max)}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <DialogActions label={t.ui.save} call={update} onCancel={onClose} is_disabled={name === rule.name} />
      </Stack>
    </form>
  )
}
