import { Button, Group } from '@mantine/core'
import { useForm, type UseFormInput, type UseFormReturnType } from '@mantine/form'
import { useBlocker } from '@tanstack/react-router'
import { useEffect, type ReactElement } from 'react'
import type { RouteName } from '../client/contract-types'
import type { ProblemError } from '../client/problem-error'
import { useMessages } from '../messages/use-messages'
import { ConfirmDialog } from './confirm-dialog'
import { notify } from './notices'
import { Permission } from './permission'
import { Problem } from './problem'
import { isShownAtField, useShowRefusedField, type FieldOfProperty } from './refused-field'

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
  /** What follows the call that saves: the values become the initial ones, or the refusal is shown at its field. */
  afterSave: { onSuccess: () => void; onError: (error: ProblemError) => void }
}

type ChangeFormOptions<T extends Members> = Pick<UseFormInput<T>, 'validate'> & {
  field_of_property?: FieldOfProperty<T>
  /** The fields that are emptied once they are saved: what was typed is not shown again. */
  secrets?: Iterable<keyof T & string>
}

/**
 * A form over values that the server has. While nothing was typed, a newer answer of the server replaces the values.
 *
 * @param initial what the server has now
 */
export function useChangeForm<T extends Members>(
  initial: T,
  { field_of_property, secrets = [], ...options }: ChangeFormOptions<T> = {},
): ChangeForm<T> {
  const { saved } = useMessages().ui
  const showRefusedField = useShowRefusedField()
  const form = useForm<T>({ mode: 'controlled', initialValues: initial, ...options })
  const changed = changedMembers(form.getInitialValues(), form.values)
  const is_dirty = Object.keys(changed).length > 0
  const from_server = JSON.stringify(initial)
  useEffect(() => {
    // What was typed since this was rendered stays, too.
    if (Object.keys(changedMembers(form.getInitialValues(), form.getValues())).length > 0) return
    form.setInitialValues(initial)
    form.setValues(initial)
    // Only a newer answer of the server, not each keystroke.
  }, [from_server])
  return {
    form,
    is_dirty,
    changed,
    afterSave: {
      onSuccess: () => {
        // The values that were sent are those of this render: what was typed while the call ran is not saved yet.
        const sent = form.values
        for (const name of secrets)
          if (isSame(form.getValues()[name], sent[name])) form.setFieldValue(name, '' as never)
        form.resetDirty({ ...sent, ...Object.fromEntries([...secrets].map((name) => [name, ''])) })
        notify(saved)
      },
      onError: (error) => showRefusedField(form, error, { field_of_property }),
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

/** The state of the call that saves a form, and what forgets its problem. */
export type SaveCall = { isPending: boolean; error: unknown; reset: () => void }

/** Save and Discard under a form, with the problem of the last save where it is not shown at a field, and the question before it is left. */
export function FormActions({
  changes: { form, is_dirty },
  call: { isPending: is_busy, error, reset },
  saves,
  is_disabled = false,
}: {
  changes: { form: { reset: () => void }; is_dirty: boolean }
  /** The call that saves. */
  call: SaveCall
  /** The operation of the call: for a role that does not permit it, Save is disabled and names the role that it needs. */
  saves: RouteName
  /** While what was typed cannot be saved. */
  is_disabled?: boolean
}): ReactElement {
  const t = useMessages().ui
  const discard = (): void => {
    reset()
    form.reset()
  }
  return (
    <>
      <LeaveGuard is_dirty={is_dirty && !is_busy} />
      {error !== null && !isShownAtField(error) && <Problem error={error} title={t.notSaved} />}
      <Group>
        <Permission call={saves}>
          <Button type="submit" disabled={!is_dirty || is_disabled} loading={is_busy}>
            {t.save}
          </Button>
        </Permission>
        <Button variant="default" disabled={!is_dirty || is_busy} onClick={discard}>
          {t.discard}
        </Button>
      </Group>
    </>
  )
}
