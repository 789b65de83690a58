import { Switch } from '@mantine/core'
import type { ReactElement } from 'react'

/** A switch of a form, with what it does. */
export function FormSwitch<N extends string>({
  form,
  name,
  texts: { label, hint },
  is_disabled,
}: {
  form: { getInputProps: (name: N, options: { type: 'checkbox' }) => object }
  name: N
  texts: { label: string; hint?: string }
  is_disabled: boolean
}): ReactElement {
  return (
    <Switch
      label={label}
      description={hint}
      disabled={is_disabled}
      {...form.getInputProps(name, { type: 'checkbox' })}
    />
  )
}
