import { NumberInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'

/** The member of a load for what was typed; empty: the server's limit. */
export const goneLimitOf = (value: number | string): { gone_limit_percent?: number } =>
  typeof value === 'number' ? { gone_limit_percent: value } : {}

/** How many percent of the users may be gone without a question. */
export function GoneLimit({
  value,
  onChange,
}: {
  value: number | string
  onChange: (value: number | string) => void
}): ReactElement {
  const t = useMessages().directory
  return (
    <NumberInput
      label={t.goneLimit}
      description={t.goneLimitHint}
      min={0}
      max={100}
      allowDecimal={false}
      value={value}
      onChange={onChange}
    />
  )
}
