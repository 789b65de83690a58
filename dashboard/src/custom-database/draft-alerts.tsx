import { Alert, Button, Group, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import { useMessages } from '../messages/use-messages'
import { CompareDialog } from '../ui/compare-dialog'
import type { Script } from './scripts'
import type { ScriptDrafts } from './script-drafts'

/** Offers the changes of before a reload. */
export function OfferedAlert({ state }: { state: ScriptDrafts }): ReactElement | null {
  const t = useMessages().custom_database
  const { offered, takeOffered, discardOffered } = state
  if (!offered) return null
  return (
    <Alert color="blue" title={t.offered(Object.keys(offered).join(', '))}>
      <Text size="sm">{t.offeredHint}</Text>
      <Group mt="sm">
        <Button size="xs" onClick={takeOffered}>
          {t.takeOffered}
        </Button>
        <Button size="xs" variant="default" onClick={discardOffered}>
          {t.discardOffered}
        </Button>
      </Group>
    </Alert>
  )
}

/** Says that scripts were loaded from a template and are not in use. */
export function LoadedAlert({ state }: { state: ScriptDrafts }): ReactElement | null {
  const t = useMessages().custom_database
  const loaded = Object.entries(state.drafts).filter(([, { loaded_from }]) => loaded_from !== undefined)
  const template = loaded[0]?.[1].loaded_from
  if (template === undefined) return null
  return (
    <Alert color="yellow" title={t.loaded(template)}>
      <Text size="sm">{t.loadedHint}</Text>
      <Group mt="sm">
        <Button
          size="xs"
          variant="default"
          onClick={() => state.discard(loaded.map(([script]) => script as ScriptName))}
        >
          {t.discard}
        </Button>
      </Group>
    </Alert>
  )
}

/** Says that another admin saved a script after its draft was begun, shows both, and lets the admin choose. */
export function ConflictAlert({ script, state }: { script: Script; state: ScriptDrafts }): ReactElement | null {
  const t = useMessages().custom_database
  const [is_open, setIsOpen] = useState(false)
  const draft = state.drafts[script.script]
  if (!draft || draft.replaces === script.version) return null
  const who = script.saved_by?.user_name ?? script.saved_by?.client_id ?? t.someone
  return (
    <Alert color="red" role="alert" title={script.version === null ? t.conflictRemoved : t.conflict(who)}>
      <Text size="sm">{t.conflictHint}</Text>
      <Group mt="sm">
        <Button size="xs" variant="default" onClick={() => setIsOpen(true)}>
          {t.compare}
        </Button>
        <Button size="xs" variant="default" onClick={() => state.discard([script.script])}>
          {t.takeTheirs}
        </Button>
        <Button size="xs" color="red" variant="outline" onClick={() => state.rebase(script.script, script.version)}>
          {t.overwrite}
        </Button>
      </Group>
      <CompareDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        left={{ label: t.savedSide, text: script.source ?? '' }}
        right={{ label: t.yoursSide, text: draft.source }}
      />
    </Alert>
  )
}
