import { Fieldset, Group, NumberInput, Switch, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer, Input } from '../client/contract-types'
import { useCall, useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useChangeForm } from '../ui/form'
import { LimitForm } from './limit-form'
import { isInForce, reactionsWith } from './reactions'

type Settings = Answer<'getSuspiciousIpThrottling'>
type Change = Input<'updateSuspiciousIpThrottling'>['body']
type Fields = {
  locks: boolean
  logins_max: number | string
  logins_minutes: number | string
  sign_ups_max: number | string
  sign_ups_minutes: number | string
  allowlist: string[]
}

const minute_ms = 60_000
const requests_max = 10_000
const minutes_max = 525_600
const stages = [
  { stage: 'pre-login', max: 'logins_max', minutes: 'logins_minutes' },
  { stage: 'pre-user-registration', max: 'sign_ups_max', minutes: 'sign_ups_minutes' },
] as const

const field_of_property = { 'stage.pre-login': 'logins_max', 'stage.pre-user-registration': 'sign_ups_max' } as const

// The contract has the time of one request; an admin thinks of the time of all.
const minutesOf = (limit: { max_attempts?: number; rate?: number } | undefined): number =>
  Math.round((((limit?.max_attempts ?? 0) * (limit?.rate ?? 0)) / minute_ms) * 100) / 100

function fieldsOf(settings: Settings): Fields {
  const { stage, allowlist } = settings
  return {
    locks: isInForce(settings),
    logins_max: stage?.['pre-login']?.max_attempts ?? '',
    logins_minutes: minutesOf(stage?.['pre-login']),
    sign_ups_max: stage?.['pre-user-registration']?.max_attempts ?? '',
    sign_ups_minutes: minutesOf(stage?.['pre-user-registration']),
    allowlist: allowlist ?? [],
  }
}

/** The body that saves the changed fields, and nothing else. */
function changeOf(settings: Settings, changed: Partial<Fields>, values: Fields): Change {
  const stage = Object.fromEntries(
    stages
      .filter(({ max, minutes }) => changed[max] !== undefined || changed[minutes] !== undefined)
      .map(({ stage: name, max, minutes }) => {
        const max_attempts = Number(values[max])
        const rate = Math.max(1, Math.round((Number(values[minutes]) * minute_ms) / Math.max(1, max_attempts)))
        return [name, { max_attempts, rate }]
      }),
  )
  return {
    ...(changed.allowlist === undefined ? {} : { allowlist: changed.allowlist }),
    ...(Object.keys(stage).length === 0 ? {} : { stage }),
    ...(changed.locks === undefined ? {} : reactionsWith(settings, changed.locks)),
  }
}

/** The limits of failed logins and of sign-ups of one address. */
export function AddressLimits({ settings }: { settings: Settings }): ReactElement {
  const texts = useMessages().attackProtection
  const update = useCall('updateSuspiciousIpThrottling')
  const may = useCan('updateSuspiciousIpThrottling')
  const changes = useChangeForm<Fields>(fieldsOf(settings), { field_of_property })
  const { form, changed, afterSave } = changes
  const { values } = form
  const submit = form.onSubmit(() => update.mutate({ body: changeOf(settings, changed, values) }, afterSave))
  const limit = (name: 'logins' | 'sign_ups'): ReactElement => (
    <Fieldset legend={texts.limits[name]} disabled={!may}>
      <Text size="sm" mb="xs">
        {values.locks
          ? texts.addressLimitOn[name](Number(values[`${name}_max`]), Number(values[`${name}_minutes`]))
          : texts.addressLimitOff[name]}
      </Text>
      <Group align="flex-start">
        <NumberInput
          label={texts.requests[name]}
          min={1}
          max={requests_max}
          allowDecimal={false}
          required
          {...form.getInputProps(`${name}_max`)}
        />
        <NumberInput
          label={texts.minutes}
          min={0.01}
          max={minutes_max}
          decimalScale={2}
          required
          {...form.getInputProps(`${name}_minutes`)}
        />
      </Group>
    </Fieldset>
  )
  return (
    <LimitForm
      title={texts.addressLimits}
      changes={changes}
      call={update}
      saves="updateSuspiciousIpThrottling"
      is_disabled={!may}
      onSubmit={submit}
    >
      <Switch label={texts.lockAddresses} disabled={!may} {...form.getInputProps('locks', { type: 'checkbox' })} />
      {limit('logins')}
      {limit('sign_ups')}
    </LimitForm>
  )
}
