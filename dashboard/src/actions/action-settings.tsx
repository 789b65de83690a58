import { Alert, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { ActionTrigger } from '../../../src/contract/action.ts'
import { useCall, useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { ConfirmButton, red } from '../ui/confirm-button'
import { FormActions, useChangeForm } from '../ui/form'
import { notify } from '../ui/notices'
import type { Action } from './action-page'
import type { ActionSummary } from './use-actions'

const route = getRouteApi('/t/$tenant_id/actions/$action_id')
const name_max = 128

/** The name and the runtime of an action, and its end. */
export function ActionSettings({
  action,
  trigger,
  summary,
}: {
  action: Action
  trigger: ActionTrigger
  summary: ActionSummary
}): ReactElement {
  return (
    <Stack maw={560} gap="xl">
      <Names action={action} trigger={trigger} />
      <DeleteAction action={action} trigger={trigger} position={summary.position} />
    </Stack>
  )
}

function Names({ action, trigger }: { action: Action; trigger: ActionTrigger }): ReactElement {
  const texts = useMessages().actions
  const can = useCan('updateAction')
  const { data } = useRead('listActionTriggers', {})
  const update = useCall('updateAction')
  const changes = useChangeForm(
    { name: action.name, runtime: action.runtime },
    { validate: { name: (name) => (name.trim() === '' ? texts.nameRule : null) } },
  )
  const { form, changed, afterSave } = changes
  const runtimes = data?.triggers.find(({ id }) => id === trigger)?.runtimes ?? []
  const save = form.onSubmit(() => update.mutate({ id: action.id, body: changed }, afterSave))
  return (
    <form onSubmit={save}>
      <Stack>
        <TextInput
          label={texts.name}
          maxLength={name_max}
          autoComplete="off"
          readOnly={!can}
          {...form.getInputProps('name')}
        />
        <Select
          label={texts.runtime}
          description={texts.runtimeHint}
          allowDeselect={false}
          disabled={!can}
          data={[...new Set([action.runtime, ...runtimes])]}
          {...form.getInputProps('runtime')}
        />
        <FormActions changes={changes} call={update} saves="updateAction" />
      </Stack>
    </form>
  )
}

function DeleteAction({
  action,
  trigger,
  position,
}: {
  action: Action
  trigger: ActionTrigger
  position: number | null
}): ReactElement {
  const t = useMessages().actions
  const navigate = route.useNavigate()
  return (
    <Stack component="section" aria-label={t.delete} gap="sm">
      <Title order={2} size="h4">
        {t.delete}
      </Title>
      {position === null ? (
        <Text size="sm">{t.deleteText}</Text>
      ) : (
        <Alert color="gray" title={t.deleteBound}>
          <Text size="sm">
            <Link from="/t/$tenant_id" to="./actions/triggers/$trigger" params={{ trigger }}>
              {t.triggerNames[trigger]}
            </Link>
            : {t.deleteBoundHint(position)}
          </Text>
        </Alert>
      )}
      <Group>
        <ConfirmButton
          call="deleteAction"
          input={{ id: action.id }}
          leave={() => navigate({ to: '/t/$tenant_id/actions', search: {}, ignoreBlocker: true })}
          onSuccess={() => notify(t.deleted(action.name))}
          label={t.delete}
          title={t.deleteTitle(action.name)}
          name={action.name}
          button={{ ...red, disabled: position !== null }}
        >
          {t.deleteText}
        </ConfirmButton>
      </Group>
    </Stack>
  )
}
