import { Stack, TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Input } from '../client/contract-types'
import { useCall, useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { CopyText } from '../ui/copy-text'
import { DeleteSection } from '../ui/delete-section'
import { DurationField, formatDuration } from '../ui/duration-field'
import { FactList } from '../ui/facts'
import { FormActions, useChangeForm } from '../ui/form'
import { FormSwitch } from '../ui/form-switch'
import { notify } from '../ui/notices'
import { Section } from '../ui/section'
import { nameOfApi, useApi, type Api } from './use-api'

const route = getRouteApi('/t/$tenant_id/apis/$api_id/')

type Body = Input<'updateResourceServer'>['body']
type Settings = {
  name: string
  token_lifetime: number | string
  token_lifetime_for_web: number | string
  allow_offline_access: boolean
  enforce_policies: boolean
}

// The longest lifetime of the contract, and what counts where an API has none.
const lifetime_max = 2_592_000
const default_lifetime_s = 86_400
const default_web_lifetime_s = 7200

/** The settings of an API. */
export function SettingsPage(): ReactElement {
  const { api_id } = route.useParams()
  // The frame shows why it could not be read.
  const { data: api } = useApi(api_id)
  if (!api) return <RoutePending />
  return api.is_system ? <SystemSettings api={api} /> : <SettingsOfApi api={api} />
}

const settingsOf = (api: Api): Settings => ({
  name: nameOfApi(api),
  token_lifetime: api.token_lifetime ?? default_lifetime_s,
  token_lifetime_for_web: api.token_lifetime_for_web ?? default_web_lifetime_s,
  allow_offline_access: api.allow_offline_access === true,
  enforce_policies: api.enforce_policies === true,
})

const isLifetime = (value: number | string): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= lifetime_max

/** The settings of the Management API, which cannot be changed. */
function SystemSettings({ api }: { api: Api }): ReactElement {
  const t = useMessages()
  const texts = t.apis
  const { token_lifetime, token_lifetime_for_web } = settingsOf(api)
  return (
    <Section title={texts.tokens}>
      <FactList
        cols={{ base: 1, sm: 2 }}
        facts={[
          [texts.id, <CopyText key="id" text={api.id} label={texts.id} />],
          [texts.algorithm, api.signing_alg ?? 'RS256'],
          [texts.lifetime, formatDuration(t.ui.language, Number(token_lifetime))],
          [texts.webLifetime, formatDuration(t.ui.language, Number(token_lifetime_for_web))],
        ]}
      />
    </Section>
  )
}

function SettingsOfApi({ api }: { api: Api }): ReactElement {
  const texts = useMessages().apis
  const update = useCall('updateResourceServer')
  const may = useCan('updateResourceServer')
  const is_disabled = !may
  const changes = useChangeForm(settingsOf(api), {
    validate: {
      name: (name) => (/^[^<>]{1,200}$/.test(name.trim()) ? null : texts.nameRule),
      token_lifetime: (value) => (isLifetime(value) ? null : texts.lifetimeRule(lifetime_max)),
      token_lifetime_for_web: (value, { token_lifetime }) =>
        !isLifetime(value)
          ? texts.lifetimeRule(lifetime_max)
          : Number(value) > Number(token_lifetime)
            ? texts.webLifetimeRule
            : null,
    },
  })
  const { form, changed, afterSave } = changes
  const submit = form.onSubmit(() => update.mutate({ id: api.id, body: changed as Body }, afterSave))
  const toggle = (name: 'allow_offline_access' | 'enforce_policies') => (
    <FormSwitch form={form} name={name} texts={texts.switches[name]} is_disabled={is_disabled} />
  )
  return (
    <Stack gap="lg" maw={760}>
      <form onSubmit={submit} noValidate>
        <Stack gap="lg">
          <Section title={texts.basics}>
            <FactList
              cols={1}
              facts={[
                [texts.id, <CopyText key="id" text={api.id} label={texts.id} />],
                [texts.identifier, <CopyText key="identifier" text={api.identifier} label={texts.identifier} />],
              ]}
            />
            <TextInput label={texts.name} maxLength={200} disabled={is_disabled} {...form.getInputProps('name')} />
          </Section>
          <Section title={texts.tokens}>
            <FactList cols={1} facts={[[texts.algorithm, api.signing_alg ?? 'RS256']]} />
            <DurationField
              label={texts.lifetime}
              description={texts.lifetimeHint}
              disabled={is_disabled}
              {...form.getInputProps('token_lifetime')}
            />
            <DurationField
              label={texts.webLifetime}
              description={texts.webLifetimeHint}
              disabled={is_disabled}
              {...form.getInputProps('token_lifetime_for_web')}
            />
            {toggle('allow_offline_access')}
            {toggle('enforce_policies')}
          </Section>
          <FormActions changes={changes} call={update} saves="updateResourceServer" />
        </Stack>
      </form>
      <DeleteApi api={api} />
    </Stack>
  )
}

function DeleteApi({ api }: { api: Api }): ReactElement {
  const t = useMessages().apis
  const navigate = route.useNavigate()
  const name = nameOfApi(api)
  return (
    <DeleteSection
      call="deleteResourceServer"
      input={{ id: api.id }}
      also={['client-grants']}
      leave={() => navigate({ to: '/t/$tenant_id/apis', ignoreBlocker: true })}
      onSuccess={() => notify(t.deleted(name))}
      label={t.delete}
      title={t.deleteTitle(name)}
      name={name}
      text={t.deleteText}
    />
  )
}
