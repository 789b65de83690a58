import { Button, Group } from '@mantine/core'
import { useForm, type UseFormInput, type UseFormReturnType } from '@mantine/form'
import { useBlocker } from '@tanstack/react-router'
import { useEffect, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from './confirm-dialog'
import { Problem } from './problem'

type Members = Record<string, unknown>

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)

/** The members of `values` that differ from `initial`. */
export function changedMembers<T extends Members>(initial: T, values: T): Partial<T> {
  const changed = Object.entries(values).filter(([name, value]) => !isSame(value, initial[name]))
  return Object.fromEntries(changed) as Partial<T>
}

/** A form over what the server has: `changed` are the members to send. */
export type ChangeForm<T extends Members> = {
  form: UseFormReturnType<T>
  is_dirty: boolean
  changed: Partial<T>
  /** Takes what was saved as the new initial values. */
  markSaved: () => void
}

/**
 * A form over values that the server has. While nothing was typed, a newer answer of the server replaces the values.
 *
 * @param initial what the server has now
 */
export function useChangeForm<T extends Members>(
  initial: T,
  options: Pick<UseFormInput<T>, 'validate'> = {},
): ChangeForm<T> {
  const form = useForm<T>({ mode: 'controlled', initialValues: initial, ...options })
  const changed = changedMembers(form.getInitialValues(), form.values)
  const is_dirty = Object.keys(changed).length > 0
  const from_server = JSON.stringify(initial)
  useEffect(() => {
    if (is_dirty) return
    form.setInitialValues(initial)
    form.setValues(initial)
    // Only a newer answer of the server, not each keystroke.
  }, [from_server])
  return {
    form,
    is_dirty,
    changed,
    markSaved: () => {
      form.setInitialValues(form.getValues())
      form.resetDirty()
    },
  }
}

/** Asks before a changed form is left by a link, the back button, a reload or a closed tab. */
export function LeaveGuard({
  is_dirty,
  keeps_search = false,
}: {
  is_dirty: boolean
  /** Whether another query of the same address shows the same form, for example another tab of it. */
  keeps_search?: boolean
}): ReactElement {
  const t = useMessages().ui
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => is_dirty && !(keeps_search && current.pathname === next.pathname),
    enableBeforeUnload: () => is_dirty,
    withResolver: true,
  })
  return (
    <ConfirmDialog
      is_open={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={t.leaveTitle}
      action={t.leave}
      onConfirm={() => blocker.proceed?.()}
    >
      {t.leaveText}
    </ConfirmDialog>
  )
}

/** Save and Discard under a form, with the problem of the last save, and the question before it is left. */
export function FormActions({
  is_dirty,
  is_busy,
  error,
  onDiscard,
  is_disabled = false,
}: {
  is_dirty: boolean
  is_busy: boolean
  error?: unknown
  onDiscard: () => void
  /** For a role that may not save. */
  is_disabled?: boolean
}): ReactElement {
  const t = useMessages().ui
  return (
    <>
      <LeaveGuard is_dirty={is_dirty && !is_busy} />
      {error !== undefined && error !== null && <Problem error={error} title={t.notSaved} />}
      <Group>
        <Button type="submit" disabled={!is_dirty || is_disabled} loading={is_busy}>
          {t.save}
        </Button>
        <Button variant="default" disabled={!is_dirty || is_busy} onClick={onDiscard}>
          {t.discard}
        </Button>
      </Group>
    </>
  )
}
