import { NumberInput, Select, Switch, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer, Input } from '../client/contract-types'
import { useCall, useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useChangeForm } from '../ui/form'
import { LimitForm } from './limit-form'
import { isInForce, reactionsWith } from './reactions'

const attempts_max = 100
const modes = ['count_per_identifier_and_ip', 'count_per_identifier'] as const

/** The limit of failed logins of one identifier. */
export function LoginLimit({ settings }: { settings: Answer<'getBruteForceProtection'> }): ReactElement {
  const texts = useMessages().attackProtection
  const update = useCall('updateBruteForceProtection')
  const may = useCan('updateBruteForceProtection')
  const changes = useChangeForm({
    locks: isInForce(settings),
    max_attempts: settings.max_attempts ?? 10,
    mode: settings.mode ?? modes[0],
    allowlist: settings.allowlist ?? [],
  })
  const { form, changed, afterSave } = changes
  const { locks, max_attempts, mode } = form.values
  const submit = form.onSubmit(() => {
    const { locks: next, ...others } = changed
    const switched: Input<'updateBruteForceProtection'>['body'] =
      next === undefined ? {} : reactionsWith(settings, next)
    update.mutate({ body: { ...others, ...switched } }, afterSave)
  })
  return (
    <LimitForm
      title={texts.loginLimit}
      changes={changes}
      call={update}
      saves="updateBruteForceProtection"
      is_disabled={!may}
      onSubmit={submit}
    >
      <Text size="sm">
        {locks ? texts.loginLimitOn(Number(max_attempts), texts.modeOf[mode]) : texts.loginLimitOff}
      </Text>
      <Switch label={texts.lockLogins} disabled={!may} {...form.getInputProps('locks', { type: 'checkbox' })} />
      <NumberInput
        label={texts.failures}
        min={1}
        max={attempts_max}
        allowDecimal={false}
        disabled={!may}
        {...form.getInputProps('max_attempts')}
      />
      <Select
        label={texts.mode}
        description={texts.modeHint}
        data={modes.map((value) => ({ value, label: texts.modes[value] }))}
        allowDeselect={false}
        disabled={!may}
        {...form.getInputProps('mode')}
      />
    </LimitForm>
  )
}
