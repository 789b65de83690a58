import { Alert, Button, Group, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import { useMessages } from '../messages/use-messages'
import { DraftConflict, OfferedDraft } from '../scripting/draft-alerts'
import type { Script } from './scripts'
import type { ScriptDrafts } from './script-drafts'

/** Offers the changes of before a reload. */
export function OfferedAlert({ state }: { state: ScriptDrafts }): ReactElement | null {
  const t = useMessages().custom_database
  const { offered, takeOffered, discardOffered } = state
  if (!offered) return null
  return (
    <OfferedDraft title={t.offered(Object.keys(offered).join(', '))} onTake={takeOffered} onDiscard={discardOffered} />
  )
}

/** Says that scripts were loaded from a template and are not in use. */
export function LoadedAlert({ state }: { state: ScriptDrafts }): ReactElement | null {
  const { custom_database: t, scripting } = useMessages()
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
          {scripting.discard}
        </Button>
      </Group>
    </Alert>
  )
}

/** Says that another admin saved a script after its draft was begun, shows both, and lets the admin choose. */
export function ConflictAlert({ script, state }: { script: Script; state: ScriptDrafts }): ReactElement | null {
  const t = useMessages().custom_database
  const draft = state.drafts[script.script]
  if (!draft || draft.replaces === script.version) return null
  const who = script.saved_by?.user_name ?? script.saved_by?.client_id ?? t.someone
  return (
    <DraftConflict
      title={script.version === null ? t.conflictRemoved : t.conflict(who)}
      saved={script.source ?? ''}
      text={draft.source}
      onDiscard={() => state.discard([script.script])}
      onRebase={() => state.rebase(script.script, script.version)}
    />
  )
}
