import { Button, Group, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement, type ReactNode } from 'react'
import type { CallName, Input } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { ConfirmCall } from '../ui/confirm-call'
import { DataTable } from '../ui/data-table'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { SecretDialog } from '../ui/secret-dialog'

/** A value that code reads by its name. `state` and `uses` are what its columns show. */
export type NamedValue = { name: string; is_set: boolean; state: ReactNode; uses: ReactNode }

/** What is said about the values of one kind. */
export type ValueTexts = {
  /** The heads of the columns: name, state, uses. */
  head: readonly [name: string, state: string, uses: string]
  valueHint: string
  done: (name: string) => string
  removeText: (name: string) => string
  removed: (name: string) => string
}

/** How a further value is named. */
type NewName = {
  label: string
  length_max: number
  /** What is wrong with a name; undefined where it can be set. */
  problemOf?: (name: string) => string | undefined
  /** Why none can be added. */
  full?: string | undefined
}

/** The values that code reads: each is set, replaced and removed by its name, and never shown. */
export function NamedValues<S extends CallName, R extends CallName>({
  label,
  values,
  texts,
  set,
  remove,
  add,
}: {
  label: string
  values: readonly NamedValue[]
  texts: ValueTexts
  set: { call: S; inputOf: (name: string, value: string) => Input<S>; length_max: number }
  remove: { call: R; inputOf: (name: string) => Input<R> }
  /** Undefined: no further value is set here. */
  add?: NewName | undefined
}): ReactElement {
  const t = useMessages().scripting.values
  const [edited, setEdited] = useState<string>()
  const [removed, setRemoved] = useState<string>()
  return (
    <>
      {values.length > 0 && (
        <DataTable
          is_stacked
          label={label}
          head={[...texts.head, t.actions]}
          rows={values.map(({ name, is_set, state, uses }) => [
            <Text key="name" size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>,
            state,
            uses,
            <Group key="actions" gap="xs" wrap="nowrap">
              <Permission call={set.call}>
                <Button size="compact-sm" variant="default" onClick={() => setEdited(name)}>
                  {is_set ? t.replace : t.set}
                </Button>
              </Permission>
              {is_set && (
                <Permission call={remove.call}>
                  <Button size="compact-sm" variant="subtle" color="red" onClick={() => setRemoved(name)}>
                    {t.remove}
                  </Button>
                </Permission>
              )}
            </Group>,
          ])}
        />
      )}
      {add && <AddValue {...add} call={set.call} onSet={setEdited} />}
      <SecretDialog
        call={set.call}
        inputOf={set.inputOf}
        name={edited}
        title={t.setTitle}
        label={t.newValue}
        hint={texts.valueHint}
        action={t.set}
        max_length={set.length_max}
        onClose={() => setEdited(undefined)}
        onSuccess={(name) => notify(texts.done(name))}
      />
      <ConfirmCall
        call={remove.call}
        input={remove.inputOf(removed ?? '')}
        is_open={removed !== undefined}
        onClose={() => setRemoved(undefined)}
        onSuccess={() => notify(texts.removed(removed ?? ''))}
        title={t.removeTitle(removed ?? '')}
        action={t.remove}
        name={removed}
      >
        {texts.removeText(removed ?? '')}
      </ConfirmCall>
    </>
  )
}

function AddValue({
  label,
  length_max,
  problemOf,
  full,
  call,
  onSet,
}: NewName & { call: CallName; onSet: (name: string) => void }): ReactElement {
  const t = useMessages().scripting.values
  const [typed, setTyped] = useState('')
  const name = typed.trim()
  const problem = name === '' ? undefined : problemOf?.(name)
  const is_valid = name !== '' && problem === undefined && full === undefined
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!is_valid) return
        onSet(name)
        setTyped('')
      }}
    >
      <Group align="flex-start">
        <TextInput
          aria-label={label}
          placeholder={label}
          value={typed}
          maxLength={length_max}
          autoComplete="off"
          error={full ?? problem ?? null}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Permission call={call}>
          <Button type="submit" variant="default" disabled={!is_valid}>
            {t.set}
          </Button>
        </Permission>
      </Group>
    </form>
  )
}
