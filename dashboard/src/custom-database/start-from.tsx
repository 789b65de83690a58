import { Button, Group, Modal, Paper, Stack, Text, Title } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import { StartFromTemplate, type Generated } from '../connections/start-from-template'
import { useMessages } from '../messages/use-messages'
import { DiffView } from '../ui/diff-view'
import { notifyUndo } from '../ui/notices'
import { useScriptDrafts, type ScriptDrafts } from './script-drafts'
import type { Connection, Script } from './scripts'

/** A script that a load would replace: what is there now, and what would come. */
type Replaced = { script: ScriptName; before: string; after: string }

function replacedBy(scripts: readonly Script[], { drafts }: ScriptDrafts, generated: Generated): Replaced[] {
  return scripts.flatMap(({ script, source }) => {
    const before = drafts[script]?.source ?? source ?? ''
    const after = generated.scripts[script]
    return after === undefined || before === '' || before === after ? [] : [{ script, before, after }]
  })
}

/**
 * Where scripts come from. What a template generates becomes drafts, which are not in use until they are saved; where it would replace a
 * script or a draft, both are shown first. A load can be undone.
 */
export function StartFrom({ connection, scripts }: { connection: Connection; scripts: Script[] }): ReactElement {
  const t = useMessages()
  const texts = t.connections
  const state = useScriptDrafts(connection.id)
  const [asked, setAsked] = useState<Generated>()
  const load = (generated: Generated): void => {
    setAsked(undefined)
    const undo = state.load(scripts, generated.scripts, generated.label)
    notifyUndo(texts.scriptsLoaded(generated.label), { label: t.ui.undo, run: undo })
  }
  return (
    <Paper withBorder p="md" component="section" aria-label={texts.startFrom}>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {texts.startFrom}
        </Title>
        <Text size="sm" c="dimmed">
          {texts.startFromHint}
        </Text>
        <Group>
          <StartFromTemplate
            connection={connection}
            onLoad={(generated) => {
              if (replacedBy(scripts, state, generated).length > 0) setAsked(generated)
              else load(generated)
            }}
          />
        </Group>
      </Stack>
      <Modal opened={asked !== undefined} onClose={() => setAsked(undefined)} title={texts.replaceScripts} size="90%">
        {asked && (
          <Replacement
            replaced={replacedBy(scripts, state, asked)}
            label={asked.label}
            onCancel={() => setAsked(undefined)}
            onReplace={() => load(asked)}
          />
        )}
      </Modal>
    </Paper>
  )
}

function Replacement({
  replaced,
  label,
  onCancel,
  onReplace,
}: {
  replaced: readonly Replaced[]
  label: string
  onCancel: () => void
  onReplace: () => void
}): ReactElement {
  const t = useMessages()
  return (
    <Stack>
      {replaced.map(({ script, before, after }) => (
        <Stack key={script} gap="xs">
          <Title order={3} size="h5">
            {script}
          </Title>
          <DiffView
            left={{ label: t.connections.hereNow, text: before }}
            right={{ label, text: after }}
            language="javascript"
          />
        </Stack>
      ))}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {t.ui.cancel}
        </Button>
        <Button onClick={onReplace}>{t.connections.replace}</Button>
      </Group>
    </Stack>
  )
}
