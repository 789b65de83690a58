import { Stack } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { FormActions, useChangeForm } from '../ui/form'
import { Problem } from '../ui/problem'
import { DeleteConnection } from './delete-connection'
import { optionsToSave, settingsOf, settingsProblems } from './settings'
import { IdentifierSettings, LegacySettings, NameSettings, PasswordSettings } from './settings-fields'

const route = getRouteApi('/t/$tenant_id/connections/$connection_id/')

/** The settings of a connection that are not scripts. */
export function SettingsPage(): ReactElement {
  const { connection_id } = route.useParams()
  const { data: connection, error, refetch } = useRead('getConnection', { id: connection_id })
  if (error && !connection) return <Problem error={error} onRetry={() => void refetch()} />
  return connection ? <Settings connection={connection} /> : <RoutePending />
}

function Settings({ connection }: { connection: Answer<'getConnection'> }): ReactElement {
  const t = useMessages()
  const update = useCall('updateConnectionSettings', { also: ['migrations'] })
  const may = useCan('updateConnectionSettings')
  const changes = useChangeForm(settingsOf(connection), {
    validate: (values) => settingsProblems(values, connection, t.connections),
  })
  const { form, changed, afterSave } = changes
  const submit = form.onSubmit(() => update.mutate({ id: connection.id, body: optionsToSave(changed) }, afterSave))
  return (
    <>
      <form onSubmit={submit}>
        <Stack gap="lg" maw={760}>
          <NameSettings connection={connection} form={form} is_disabled={!may} />
          <IdentifierSettings connection={connection} form={form} is_disabled={!may} />
          <PasswordSettings connection={connection} form={form} is_disabled={!may} />
          <LegacySettings connection={connection} form={form} is_disabled={!may} />
          <FormActions changes={changes} call={update} saves="updateConnectionSettings" />
        </Stack>
      </form>
      <DeleteConnection connection={connection} />
    </>
  )
}
