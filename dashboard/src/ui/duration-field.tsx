import { NumberInput, type NumberInputProps } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** A duration in its largest unit: `30 days`, `1.5 hours`. */
export function formatDuration(language: string, seconds: number): string {
  const [unit, size] = units.find(([, least]) => seconds >= least) ?? units[3]
  const options = { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(language, options).format(seconds / size)
}

/** A field for a duration in whole seconds, which says what they are: `2592000 s = 30 days`. */
export function DurationField({ description, value, ...props }: NumberInputProps): ReactElement {
  const { language } = useMessages().ui
  const meant = typeof value === 'number' ? `${formatDuration(language, value)}.` : ''
  return (
    <NumberInput
      {...props}
      value={value ?? ''}
      description={
        <>
          {description} {meant}
        </>
      }
      suffix=" s"
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="none"
    />
  )
}
