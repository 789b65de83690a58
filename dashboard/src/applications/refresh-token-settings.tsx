import { Switch } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { DurationField } from '../ui/duration-field'
import { Section } from '../ui/section'
import type { FieldsProps } from './settings-fields'

/** How the refresh tokens of the application are replaced, and when they end. */
export function RefreshTokenSettings({ form, is_disabled }: FieldsProps): ReactElement {
  const t = useMessages().applications
  const { rotates, has_end, has_idle_end } = form.values
  const switchOf = (name: 'rotates' | 'has_end' | 'has_idle_end') => ({
    disabled: is_disabled,
    ...form.getInputProps(name, { type: 'checkbox' }),
  })
  return (
    <Section title={t.refreshTokens} hint={t.refreshTokensHint}>
      <Switch label={t.rotates} description={t.rotatesHint} {...switchOf('rotates')} />
      {rotates && (
        <DurationField
          label={t.leeway}
          description={t.leewayHint}
          disabled={is_disabled}
          {...form.getInputProps('leeway')}
        />
      )}
      <Switch label={t.hasEnd} {...switchOf('has_end')} />
      {has_end && (
        <DurationField
          label={t.lifetime}
          description={t.lifetimeHint}
          disabled={is_disabled}
          {...form.getInputProps('token_lifetime')}
        />
      )}
      <Switch label={t.hasIdleEnd} {...switchOf('has_idle_end')} />
      {has_idle_end && (
        <DurationField
          label={t.idleLifetime}
          description={t.idleLifetimeHint}
          disabled={is_disabled}
          {...form.getInputProps('idle_token_lifetime')}
        />
      )}
    </Section>
  )
}
