import { Box, Stack } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useCall, useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { DeleteSection } from '../ui/delete-section'
import { FormActions, useChangeForm } from '../ui/form'
import { notify } from '../ui/notices'
import type { Client } from './client-types'
import { AccessSettings } from './access-settings'
import { BasicSettings, LoginPageSettings, MetadataSettings, UrlSettings } from './settings-fields'
import { RefreshTokenSettings } from './refresh-token-settings'
import { bodyToSave, settingsOf, settingsProblems } from './settings'
import { useApplication } from './use-application'

const route = getRouteApi('/t/$tenant_id/applications/$client_id/')

/** The settings of an application. */
export function SettingsPage(): ReactElement {
  const { client_id } = route.useParams()
  // The frame shows why it could not be read.
  const { data: client } = useApplication(client_id)
  return client ? <Settings client={client} /> : <RoutePending />
}

function Settings({ client }: { client: Client }): ReactElement {
  const t = useMessages()
  const update = useCall('updateClient')
  const may = useCan('updateClient')
  const changes = useChangeForm(settingsOf(client), {
    validate: (values) => settingsProblems(values, t.applications),
  })
  const { form, changed, afterSave } = changes
  const submit = form.onSubmit((values) =>
    update.mutate({ id: client.client_id, body: bodyToSave(client, values, changed) }, afterSave),
  )
  const fields = { client, form, is_disabled: !may }
  return (
    <Stack gap="lg" maw={760}>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          <BasicSettings {...fields} />
          <UrlSettings {...fields} />
          <AccessSettings {...fields} />
          <RefreshTokenSettings {...fields} />
          <LoginPageSettings {...fields} />
          <MetadataSettings {...fields} />
          {/* The form is long: what saves it stays in view. */}
          <Box pos="sticky" bottom={0} py="sm" bg="var(--mantine-color-body)" style={{ zIndex: 3 }}>
            <FormActions changes={changes} call={update} saves="updateClient" />
          </Box>
        </Stack>
      </form>
      <DeleteApplication client={client} />
    </Stack>
  )
}

function DeleteApplication({ client }: { client: Client }): ReactElement {
  const t = useMessages().applications
  const navigate = route.useNavigate()
  return (
    <DeleteSection
      call="deleteClient"
      input={{ id: client.client_id }}
      also={['connections', 'client-grants']}
      leave={() => navigate({ to: '/t/$tenant_id/applications', ignoreBlocker: true })}
      onSuccess={() => notify(t.deleted(client.name))}
      label={t.delete}
      title={t.deleteTitle(client.name)}
      name={client.name}
      text={t.deleteText}
    />
  )
}
