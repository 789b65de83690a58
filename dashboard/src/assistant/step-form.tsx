import { Button, Group, Stack } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

/** A question of the assistant as a form, with the button that answers it at its end. */
export function StepForm({
  onSubmit,
  label,
  is_busy,
  is_disabled = false,
  children,
}: {
  onSubmit: () => Promise<void> | void
  /** The text of the button. */
  label: string
  is_busy: boolean
  is_disabled?: boolean
  children: ReactNode
}): ReactElement {
  return (
    <form
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        void onSubmit()
      }}
    >
      <Stack>
        {children}
        <Group justify="flex-end">
          <Button type="submit" loading={is_busy} disabled={is_disabled}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
