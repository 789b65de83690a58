import { Autocomplete, Button, Group, Stack, Text } from '@mantine/core'
import { sandbox } from 'virtual:contract'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { notifyProblem, notifyUndo } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import type { Action } from './action-page'

type Dependency = Action['dependencies'][number]

const choices_shown = 50

/** The modules that an action names. */
export function ModulesPanel({ action }: { action: Action }): ReactElement {
  const t = useMessages()
  const texts = t.actions
  const add = useCall('updateAction')
  const change = useCall('updateAction')
  const [typed, setTyped] = useState('')
  const { id, dependencies } = action
  const name = typed.trim()
  const is_there = dependencies.some((one) => one.name === name)
  const save = (next: readonly Dependency[], onDone: () => void): void =>
    change.mutate(
      { id, body: { dependencies: [...next] } },
      { onSuccess: onDone, onError: (error) => notifyProblem(t.ui.notSaved, error) },
    )
  const remove = (removed: Dependency): void =>
    save(
      dependencies.filter((one) => one.name !== removed.name),
      () =>
        notifyUndo(texts.moduleRemoved(removed.name), {
          label: t.ui.undo,
          run: () => save(dependencies, () => undefined),
        }),
    )
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {texts.modulesHint}
      </Text>
      {dependencies.length > 0 && (
        <DataTable
          label={texts.panels.modules}
          head={[texts.module, texts.moduleVersion, texts.manage]}
          rows={dependencies.map((dependency) => [
            <Text key="name" size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {dependency.name}
            </Text>,
            dependency.version,
            <Permission key="remove" call="updateAction">
              <Button
                size="compact-sm"
                variant="subtle"
                color="red"
                aria-label={texts.removeModule(dependency.name)}
                disabled={change.isPending}
                onClick={() => remove(dependency)}
              >
                {texts.remove}
              </Button>
            </Permission>,
          ])}
        />
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (name === '' || is_there) return
          add.mutate(
            { id, body: { dependencies: [...dependencies, { name, version: 'latest' }] } },
            { onSuccess: () => setTyped('') },
          )
        }}
      >
        <Stack gap="xs">
          <Group align="flex-start">
            <Autocomplete
              aria-label={texts.moduleName}
              placeholder={texts.moduleName}
              data={[...sandbox.modules]}
              limit={choices_shown}
              value={typed}
              maxLength={214}
              error={is_there ? texts.moduleThere : null}
              onChange={setTyped}
            />
            <Permission call="updateAction">
              <Button type="submit" variant="default" disabled={name === '' || is_there} loading={add.isPending}>
                {texts.add}
              </Button>
            </Permission>
          </Group>
          {add.error !== null && <Problem error={add.error} title={t.ui.notSaved} />}
        </Stack>
      </form>
    </Stack>
  )
}
