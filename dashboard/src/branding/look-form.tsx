import { ColorInput, Input, NumberInput, SegmentedControl, Stack, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { FormActions, type ChangeForm, type SaveCall } from '../ui/form'
import { Section } from '../ui/section'
import type { LookFields } from './look-fields'

const angle_max_deg = 360
const backgrounds = ['default', 'colour', 'gradient'] as const

/** The form of the look. */
export function LookForm({
  changes,
  is_disabled,
  call,
  onSave,
}: {
  changes: ChangeForm<LookFields>
  is_disabled: boolean
  /** The call that saves. */
  call: SaveCall
  onSave: () => void
}): ReactElement {
  const t = useMessages().branding
  const { form } = changes
  const { background } = form.values
  const colour = (name: 'primary' | 'start' | 'end') => ({
    popoverProps: { withinPortal: true },
    eyeDropperButtonProps: { 'aria-label': t.pickColour },
    disabled: is_disabled,
    ...form.getInputProps(name),
  })
  return (
    <Section title={t.tabs.look}>
      <form onSubmit={form.onSubmit(onSave)}>
        <Stack>
          <TextInput
            label={t.logo}
            description={t.logoHint}
            type="url"
            disabled={is_disabled}
            {...form.getInputProps('logo_url')}
          />
          <TextInput
            label={t.favicon}
            description={t.faviconHint}
            type="url"
            disabled={is_disabled}
            {...form.getInputProps('favicon_url')}
          />
          <ColorInput label={t.primary} description={t.primaryHint} {...colour('primary')} />
          <div>
            <Input.Label component="div" mb={4}>
              {t.background}
            </Input.Label>
            <SegmentedControl
              aria-label={t.background}
              data={backgrounds.map((value) => ({ value, label: t.backgrounds[value] }))}
              disabled={is_disabled}
              {...form.getInputProps('background')}
            />
          </div>
          {background !== 'default' && (
            <ColorInput label={background === 'gradient' ? t.start : t.groundColour} {...colour('start')} />
          )}
          {background === 'gradient' && (
            <>
              <ColorInput label={t.end} {...colour('end')} />
              <NumberInput
                label={t.angle}
                min={0}
                max={angle_max_deg}
                allowDecimal={false}
                disabled={is_disabled}
                {...form.getInputProps('angle_deg')}
              />
            </>
          )}
          <FormActions changes={changes} call={call} saves="updateBranding" />
        </Stack>
      </form>
    </Section>
  )
}
