import { Select, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import type { ActionTrigger } from '../../../src/contract/action.ts'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { TemplateChoice } from '../scripting/template-choice'
import { action_templates } from '../scripting/templates'
import { DialogActions } from '../ui/form-dialog'
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
  const t = useMessages()
  const texts = t.actions
  const { tenant_id = '' } = useParams({ strict: false })
  const navigate = useNavigate()
  const create = useCall('createAction')
  const [trigger, setTrigger] = useState(first_trigger)
  const [template, setTemplate] = useState<string>()
  const [typed, setTyped] = useState<string>()
  const [is_sent, setIsSent] = useState(false)
  const templates = action_templates.filter((one) => one.trigger === trigger)
  const chosen = templates.find((one) => one.name === template)
  const name = typed ?? (chosen === undefined ? '' : (t.scripting.templates[chosen.name] ?? chosen.name))
  const is_valid = name.trim() !== ''
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        setIsSent(true)
        if (!is_valid) return
        create.mutate(
          {
            body: {
              name: name.trim(),
              supported_triggers: [{ id: trigger }],
              code: chosen?.code ?? blankAction(trigger),
            },
          },
          {
            onSuccess: ({ id }) =>
              void navigate({
                to: '/t/$tenant_id/actions/$action_id',
                params: { tenant_id, action_id: id },
                search: {},
              }),
          },
        )
      }}
    >
      <Stack>
        <TextInput
          label={texts.name}
          value={name}
          maxLength={name_max}
          autoComplete="off"
          data-autofocus
          error={is_sent && !is_valid ? texts.nameRule : null}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Select
          label={texts.trigger}
          description={texts.triggerHints[trigger]}
          allowDeselect={false}
          data={trigger_names.map((value) => ({ value, label: texts.triggerNames[value] }))}
          value={trigger}
          onChange={(next) => setTrigger(trigger_names.find((one) => one === next) ?? trigger)}
        />
        <TemplateChoice templates={templates} value={chosen?.name} onChange={setTemplate} />
        <Text size="sm" c="dimmed">
          {texts.createText}
        </Text>
        <DialogActions label={texts.create} call={create} onCancel={onClose} />
      </Stack>
    </form>
  )
}
