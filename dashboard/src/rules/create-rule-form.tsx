import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { CreateCodeForm } from '../scripting/create-code-form'
import { rule_templates } from '../scripting/templates'
import { blank_rule } from './samples'
import { isRuleName, name_max } from './rule-name'

const route = getRouteApi('/t/$tenant_id/rules')

/** The form of a new rule. It is created disabled, so that no login runs what was not tried. */
export function CreateRuleForm({ onClose }: { onClose: () => void }): ReactElement {
  const t = useMessages().rules
  const navigate = route.useNavigate()
  const create = useCall('createRule')
  return (
    <CreateCodeForm
      texts={{ ...t, nameRule: t.nameRule(name_max) }}
      name_max={name_max}
      isName={isRuleName}
      templates={rule_templates}
      call={create}
      onSubmit={(name, script = blank_rule) =>
        create.mutate(
          { body: { name, script, enabled: false } },
          { onSuccess: ({ id }) => void navigate({ to: './$rule_id', params: { rule_id: id } }) },
        )
      }
      onClose={onClose}
    />
  )
}
