import { Button, Group, Modal, Paper, Stack, Text, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { Suspense, useState, type ReactElement } from 'react'
import { lazyPart } from '../ui/lazy-part'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import { useCan } from '../client/use-client'
import { StartFromTemplate, type Generated } from '../connections/start-from-template'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { DiffView } from '../ui/diff-view'
import { notifyProblem } from '../ui/notices'
import { Permission } from '../ui/permission'
import { showLoadNotice } from './load-notice'
import { useScriptDrafts, type ScriptDrafts } from './script-drafts'
import type { Connection, Script } from './scripts'

const route = getRouteApi('/t/$tenant_id/connections/$connection_id/custom-database')

const ConnectAssistant = lazyPart(() => import('../assistant/connect-assistant'), 'ConnectAssistant')

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
 * script or a draft, both are shown first. Until its scripts are saved, a load can be undone, with what it added to the connection.
 */
export function StartFrom({ connection, scripts }: { connection: Connection; scripts: Script[] }): ReactElement {
  const t = useMessages()
  const texts = t.connections
  const state = useScriptDrafts(connection.id)
  const may_inspect = useCan('inspectConnection')
  const { start } = route.useSearch()
  const navigate = route.useNavigate()
  const [asked, setAsked] = useState<Generated>()
  const openAssistant = (is_open: boolean): void =>
    void navigate({
      search: (now) => ({ ...now, start: is_open ? 'assistant' : undefined }),
      replace: !is_open,
      resetScroll: false,
    })
  const receive = (generated: Generated): void => {
    if (replacedBy(scripts, state, generated).length > 0) setAsked(generated)
    else load(generated)
  }
  const takeBack = (generated: Generated): void =>
    void generated.undo().catch((error: unknown) => notifyProblem(texts.needs.notTakenBack, error))
  const cancel = (): void => {
    if (asked) takeBack(asked)
    setAsked(undefined)
  }
  const load = (generated: Generated): void => {
    setAsked(undefined)
    const undo = state.load(scripts, generated.scripts, generated.label)
    showLoadNotice(connection.id, texts.scriptsLoaded(generated.label), {
      label: t.ui.undo,
      run: () => {
        undo()
        takeBack(generated)
      },
    })
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
          <Permission call="inspectConnection">
            <Button onClick={() => openAssistant(true)}>{t.assistant.start}</Button>
          </Permission>
          <StartFromTemplate connection={connection} onLoad={receive} />
        </Group>
      </Stack>
      <Modal
        opened={start === 'assistant' && may_inspect}
        onClose={() => openAssistant(false)}
        title={t.assistant.title}
        size="xl"
        closeOnClickOutside={false}
      >
        <Suspense fallback={<RoutePending />}>
          <ConnectAssistant
            connection={connection}
            onLoad={(generated) => {
              openAssistant(false)
              receive(generated)
            }}
          />
        </Suspense>
      </Modal>
      <Modal opened={asked !== undefined} onClose={cancel} title={texts.replaceScripts} size="90%">
        {asked && (
          <Replacement
            replaced={replacedBy(scripts, state, asked)}
            label={asked.label}
            onCancel={cancel}
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
