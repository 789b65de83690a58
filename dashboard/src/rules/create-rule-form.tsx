import { Stack, Text, TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { TemplateChoice } from '../scripting/template-choice'
import { rule_templates } from '../scripting/templates'
import { DialogActions } from '../ui/form-dialog'
import { blank_rule } from './samples'
import { isRuleName, name_max } from './rule-name'

const route = getRouteApi('/t/$tenant_id/rules')

/** The form of a new rule. It is created disabled, so that no login runs what was not tried. */
export function CreateRuleForm({ onClose }: { onClose: () => void }): ReactElement {
  const t = useMessages()
  const texts = t.rules
  const navigate = route.useNavigate()
  const create = useCall('createRule')
  const [template, setTemplate] = useState<string>()
  const [typed, setTyped] = useState<string>()
  const [is_sent, setIsSent] = useState(false)
  const name = typed ?? (template === undefined ? '' : (t.scripting.templates[template] ?? template))
  const is_valid = isRuleName(name)
  const script = rule_templates.find((one) => one.name === template)?.code ?? blank_rule
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        setIsSent(true)
        if (!is_valid) return
        create.mutate(
          { body: { name, script, enabled: false } },
          { onSuccess: ({ id }) => void navigate({ to: './$rule_id', params: { rule_id: id } }) },
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
          error={is_sent && !is_valid ? texts.nameRule(name_max) : null}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <TemplateChoice templates={rule_templates} value={template} onChange={setTemplate} />
        <Text size="sm" c="dimmed">
          {texts.createText}
        </Text>
        <DialogActions label={texts.create} call={create} onCancel={onClose} />
      </Stack>
    </form>
  )
}
