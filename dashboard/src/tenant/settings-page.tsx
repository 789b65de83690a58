import { Stack } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { FormActions, useChangeForm } from '../ui/form'
import { Problem } from '../ui/problem'
import { field_of_property, settingsOf, settingsProblems, settingsToSave } from './settings'
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
  const changes = useChangeForm(settingsOf(settings), {
    validate: (values) => settingsProblems(values, t.tenant),
    field_of_property,
  })
  const { form, changed, afterSave } = changes
  const submit = form.onSubmit((values) => update.mutate({ body: settingsToSave(changed, values) }, afterSave))
  const common = { form, is_disabled: !may }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={760}>
        <LookSettings {...common} />
        <SupportSettings {...common} />
        <LanguageSettings {...common} />
        <SessionSettings {...common} />
        <DefaultSettings {...common} />
        <FormActions changes={changes} call={update} saves="updateTenantSettings" />
      </Stack>
    </form>
  )
}
