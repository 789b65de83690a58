import { Stack } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { FormActions, useChangeForm } from '../ui/form'
import { notify } from '../ui/notices'
import { Problem } from '../ui/problem'
import { refusedField, settingsOf, settingsProblems, settingsToSave } from './settings'
import { DefaultSettings, LanguageSettings, LookSettings, SessionSettings, SupportSettings } from './settings-fields'

/** The settings of the tenant: its name, its support, its languages, its sessions and its defaults. */
export function SettingsPage(): ReactElement {
  const { data, error, refetch } = useRead('getTenantSettings')
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  return data ? <SettingsForm settings={data} /> : <RoutePending />
}

function SettingsForm({ settings }: { settings: Answer<'getTenantSettings'> }): ReactElement {
  const t = useMessages()
  const update = useCall('updateTenantSettings')
  const may = useCan('updateTenantSettings')
  const { form, is_dirty, changed, markSaved } = useChangeForm(settingsOf(settings), {
    validate: (values) => settingsProblems(values, t.tenant),
  })
  const submit = form.onSubmit((values) =>
    update.mutate(
      { body: settingsToSave(changed, values) },
      {
        onSuccess: () => {
          markSaved()
          notify(t.ui.saved)
        },
        onError: (error) => {
          const field = refusedField(error, values)
          if (field) form.setFieldError(field, error.message)
        },
      },
    ),
  )
  const common = { form, is_disabled: !may }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={760}>
        <LookSettings {...common} />
        <SupportSettings {...common} />
        <LanguageSettings {...common} />
        <SessionSettings {...common} />
        <DefaultSettings {...common} />
        <FormActions
          is_dirty={is_dirty}
          is_busy={update.isPending}
          error={update.error}
          onDiscard={() => {
            update.reset()
            form.reset()
          }}
          is_disabled={!may}
        />
      </Stack>
    </form>
  )
}
