import { Select } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import type { ActionTrigger } from '../../../src/contract/action.ts'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { CreateCodeForm } from '../scripting/create-code-form'
import { action_templates } from '../scripting/templates'
import { blankAction, trigger_names } from './trigger-samples'

const name_max = 128

/** The form of a new action. */
export function CreateActionForm({
  first_trigger,
  onClose,
}: {
  first_trigger: ActionTrigger
  onClose: () => void
}): ReactElement {
  const t = useMessages().actions
  const { tenant_id = '' } = useParams({ strict: false })
  const navigate = useNavigate()
  const create = useCall('createAction')
  const [trigger, setTrigger] = useState(first_trigger)
  return (
    <CreateCodeForm
      texts={t}
      name_max={name_max}
      isName={(name) => name.trim() !== ''}
      templates={action_templates.filter((one) => one.trigger === trigger)}
      call={create}
      onSubmit={(name, code = blankAction(trigger)) =>
        create.mutate(
          { body: { name: name.trim(), supported_triggers: [{ id: trigger }], code } },
          {
            onSuccess: ({ id }) =>
              void navigate({
                to: '/t/$tenant_id/actions/$action_id',
                params: { tenant_id, action_id: id },
                search: {},
              }),
          },
        )
      }
      onClose={onClose}
    >
      <Select
        label={t.trigger}
        description={t.triggerHints[trigger]}
        allowDeselect={false}
        data={trigger_names.map((value) => ({ value, label: t.triggerNames[value] }))}
        value={trigger}
        onChange={(next) => setTrigger(trigger_names.find((one) => one === next) ?? trigger)}
      />
    </CreateCodeForm>
  )
}
