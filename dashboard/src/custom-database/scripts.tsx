import { Group, Stack, Tabs, Text, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { LeaveGuard } from '../ui/form'
import { ConflictAlert, LoadedAlert, OfferedAlert } from './draft-alerts'
import { LiveLog } from './live-log'
import { SaveScripts } from './save-scripts'
import { panels, type Panel } from './search'
import { useScriptDrafts, type ScriptDraft } from './script-drafts'
import { ScriptEditor, type ScriptMark } from './script-editor'
import { doesRun, ScriptFacts } from './script-facts'
import { TryPanel } from './try-panel'
import { VersionsPanel } from './versions-panel'

const route = getRouteApi('/t/$tenant_id/connections/$connection_id/custom-database')

/** A script of the connection, as it is saved. */
export type Script = Answer<'listScripts'>['scripts'][number]

/** The connection, as it is saved. */
export type Connection = Answer<'getConnection'>

/** The scripts: a tab for each, its editor, and what belongs to it. */
export function Scripts({ connection, scripts }: { connection: Connection; scripts: Script[] }): ReactElement {
  const t = useMessages().custom_database
  const { script: shown = 'login' } = route.useSearch()
  const navigate = route.useNavigate()
  const state = useScriptDrafts(connection.id)
  const [mark, setMark] = useState<ScriptMark>()
  const changed = scripts.filter(({ script }) => state.drafts[script] !== undefined)
  const script = scripts.find((one) => one.script === shown)
  return (
    <Stack component="section" aria-label={t.scripts}>
      <LeaveGuard is_dirty={changed.length > 0} keeps_search />
      <Title order={2} size="h3">
        {t.scripts}
      </Title>
      <OfferedAlert state={state} />
      <LoadedAlert state={state} />
      <Tabs
        value={shown}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            search: (now) => ({ ...now, script: next as ScriptName }),
            replace: true,
            resetScroll: false,
          })
        }
      >
        <Tabs.List aria-label={t.scripts}>
          {scripts.map((one) => (
            <ScriptTab key={one.script} connection={connection} script={one} draft={state.drafts[one.script]} />
          ))}
        </Tabs.List>
        {script && (
          <Tabs.Panel value={script.script} pt="md">
            <Stack>
              <ScriptFacts connection={connection} script={script} />
              <ConflictAlert script={script} state={state} />
              <ScriptEditor
                connection_id={connection.id}
                script={script}
                state={state}
                mark={mark?.script === script.script ? mark : undefined}
              />
              <SaveScripts
                connection={connection}
                scripts={changed}
                shown={script}
                state={state}
                onMark={setMark}
                onSaved={() =>
                  void navigate({ search: (now) => ({ ...now, panel: 'versions' }), replace: true, resetScroll: false })
                }
              />
              <Panels connection_id={connection.id} script={script} draft={state.drafts[shown]} onMark={setMark} />
            </Stack>
          </Tabs.Panel>
        )}
      </Tabs>
    </Stack>
  )
}

function ScriptTab({
  connection,
  script,
  draft,
}: {
  connection: Connection
  script: Script
  draft: ScriptDraft | undefined
}): ReactElement {
  const t = useMessages().custom_database
  const runs = doesRun(connection, script)
  const notes = [
    ...(draft ? [t.edited] : []),
    ...(runs ? [] : [t.neverRuns]),
    ...(runs && script.source === null && !draft ? [t.notThere] : []),
  ]
  return (
    <Tabs.Tab value={script.script}>
      <Group gap={6} component="span" wrap="nowrap">
        <Text component="span" size="sm" c={runs ? undefined : 'dimmed'} fw={draft ? 700 : undefined}>
          {script.script}
        </Text>
        {notes.length > 0 && (
          <Text component="span" size="xs" c="dimmed">
            {notes.join(', ')}
          </Text>
        )}
      </Group>
    </Tabs.Tab>
  )
}

function Panels({
  connection_id,
  script,
  draft,
  onMark,
}: {
  connection_id: string
  script: Script
  draft: ScriptDraft | undefined
  onMark: (mark: ScriptMark | undefined) => void
}): ReactElement {
  const t = useMessages().custom_database
  const { panel = 'try' } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Tabs
      value={panel}
      keepMounted={false}
      variant="outline"
      onChange={(next) =>
        void navigate({ search: (now) => ({ ...now, panel: next as Panel }), replace: true, resetScroll: false })
      }
    >
      <Tabs.List aria-label={t.scriptOf(script.script)}>
        {panels.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {t.panels[one]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="try" pt="md">
        <TryPanel connection_id={connection_id} script={script} draft={draft} onMark={onMark} />
      </Tabs.Panel>
      <Tabs.Panel value="versions" pt="md">
        <VersionsPanel connection_id={connection_id} script={script} draft={draft} />
      </Tabs.Panel>
      <Tabs.Panel value="log" pt="md">
        <LiveLog connection_id={connection_id} script={script.script} />
      </Tabs.Panel>
    </Tabs>
  )
}
