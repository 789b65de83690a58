import { Button, Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DialogActions, FormDialog } from '../ui/form-dialog'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import type { Api } from './use-api'

/** A permission of an API. */
export type Scope = NonNullable<Api['scopes']>[number]

// The limits of the contract.
const scopes_max = 2000
const value_form = /^\S{1,280}$/
const description_max = 500

/** The button that opens the form of a new permission. */
export function NewScope({ api }: { api: Api }): ReactElement {
  const t = useMessages().apis
  return (
    <FormDialog call="updateResourceServer" label={t.add} title={t.addTitle}>
      {(close) => <ScopeForm api={api} action={t.add} onClose={close} />}
    </FormDialog>
  )
}

/** The button that opens the description of a permission. */
export function EditScope({ api, scope }: { api: Api; scope: Scope }): ReactElement {
  const t = useMessages()
  const [is_open, setIsOpen] = useState(false)
  return (
    <>
      <Permission call="updateResourceServer">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t.apis.editOf(scope.value)}
          onClick={() => setIsOpen(true)}
        >
          {t.apis.edit}
        </Button>
      </Permission>
      <Modal opened={is_open} onClose={() => setIsOpen(false)} title={t.apis.editTitle(scope.value)}>
        {is_open && <ScopeForm api={api} scope={scope} action={t.ui.save} onClose={() => setIsOpen(false)} />}
      </Modal>
    </>
  )
}

/** `scope`: the one whose description changes; undefined: a new one. */
function ScopeForm({
  api,
  scope,
  action,
  onClose,
}: {
  api: Api
  scope?: Scope
  action: string
  onClose: () => void
}): ReactElement {
  const t = useMessages()
  const texts = t.apis
  const update = useCall('updateResourceServer')
  const before = api.scopes ?? []
  const problemOf = (value: string): string | null => {
    if (!value_form.test(value.trim())) return texts.permissionRule
    if (before.some((one) => one.value === value.trim())) return texts.permissionTaken
    return before.length >= scopes_max ? texts.permissionsMax(scopes_max) : null
  }
  const form = useForm({
    initialValues: { value: scope?.value ?? '', description: scope?.description ?? '' },
    validate: { value: (value) => (scope === undefined ? problemOf(value) : null) },
  })
  const submit = form.onSubmit(({ value, description }) => {
    const next: Scope = {
      value: value.trim(),
      ...(description.trim() === '' ? {} : { description: description.trim() }),
    }
    const scopes =
      scope === undefined ? [...before, next] : before.map((one) => (one.value === scope.value ? next : one))
    update.mutate(
      { id: api.id, body: { scopes } },
      {
        onSuccess: () => {
          notify(scope === undefined ? texts.added(next.value) : t.ui.saved)
          onClose()
        },
      },
    )
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {scope === undefined && (
          <TextInput
            label={texts.permission}
            placeholder="read:orders"
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            {...form.getInputProps('value')}
          />
        )}
        <TextInput
          label={texts.description}
          description={texts.descriptionHint}
          maxLength={description_max}
          data-autofocus={scope !== undefined || undefined}
          {...form.getInputProps('description')}
        />
        <DialogActions label={action} call={update} onCancel={onClose} />
      </Stack>
    </form>
  )
}
