import { Stack, TagsInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { FormEventHandler, ReactElement, ReactNode } from 'react'
import type { RouteName } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { FormActions, type SaveCall } from '../ui/form'
import { Section } from '../ui/section'

/** The form of a limit, with the addresses that are never counted. */
export function LimitForm<T extends { allowlist: string[] }>({
  title,
  changes,
  call,
  saves,
  is_disabled,
  onSubmit,
  children,
}: {
  title: string
  changes: { form: UseFormReturnType<T>; is_dirty: boolean }
  /** The call that saves. */
  call: SaveCall
  /** Its operation. */
  saves: RouteName
  /** For a role that may not change it. */
  is_disabled: boolean
  onSubmit: FormEventHandler<HTMLFormElement>
  children: ReactNode
}): ReactElement {
  const t = useMessages().attackProtection
  return (
    <Section title={title}>
      <form onSubmit={onSubmit}>
        <Stack maw={760}>
          {children}
          <TagsInput
            label={t.allowlist}
            description={t.allowlistHint}
            splitChars={[',', ' ']}
            disabled={is_disabled}
            {...changes.form.getInputProps('allowlist')}
          />
          <FormActions changes={changes} call={call} saves={saves} />
        </Stack>
      </form>
    </Section>
  )
}
