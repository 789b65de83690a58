import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { DeleteSection } from '../ui/delete-section'
import { notify } from '../ui/notices'

const route = getRouteApi('/t/$tenant_id/rules/$rule_id')

/** Deletes a rule, once its name was typed. */
export function DeleteRule({ rule: { id, name, enabled } }: { rule: Answer<'getRule'> }): ReactElement {
  const t = useMessages().rules
  const navigate = route.useNavigate()
  return (
    <DeleteSection
      call="deleteRule"
      input={{ id }}
      leave={() => navigate({ to: '/t/$tenant_id/rules', ignoreBlocker: true })}
      onSuccess={() => notify(t.deleted(name))}
      label={t.delete}
      title={t.deleteTitle(name)}
      name={name}
      text={t.deleteText(enabled)}
    />
  )
}
