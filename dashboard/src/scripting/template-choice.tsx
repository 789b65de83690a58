import { Radio, Stack } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import type { Template } from './templates'

/** The choice of the code that a new rule or action begins with. */
export function TemplateChoice({
  templates,
  value,
  onChange,
}: {
  templates: readonly Template[]
  /** The name of a template; undefined: a blank one. */
  value: string | undefined
  onChange: (name: string | undefined) => void
}): ReactElement {
  const t = useMessages().scripting
  return (
    <Radio.Group label={t.startFrom} value={value ?? ''} onChange={(name) => onChange(name === '' ? undefined : name)}>
      <Stack gap="xs" mt={4}>
        <Radio value="" label={t.blank} description={t.blankHint} />
        {templates.map(({ name, about }) => (
          <Radio key={name} value={name} label={t.templates[name] ?? name} description={about} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
