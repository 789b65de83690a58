import { Button, Group } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Section } from '../ui/section'

const route = getRouteApi('/t/$tenant_id/rules/$rule_id')

/** Deletes a rule, once its name was typed. */
export function DeleteRule({ rule }: { rule: Answer<'getRule'> }): ReactElement {
  const t = useMessages().rules
  const navigate = route.useNavigate()
  const [is_open, setIsOpen] = useState(false)
  const remove = useCall('deleteRule', {
    leave: async () => {
      notify(t.deleted(rule.name))
      await navigate({ to: '/t/$tenant_id/rules' })
    },
  })
  return (
    <Section title={t.delete} hint={t.deleteText(rule.enabled)}>
      <Group>
        <Permission call="deleteRule">
          <Button color="red" variant="outline" onClick={() => setIsOpen(true)}>
            {t.delete}
          </Button>
        </Permission>
      </Group>
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={t.deleteTitle(rule.name)}
        action={t.delete}
        name={rule.name}
        is_busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({ id: rule.id })}
      >
        {t.deleteText(rule.enabled)}
      </ConfirmDialog>
    </Section>
  )
}
