import { Button, Group, Stack, Tabs, Text, VisuallyHidden } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, type ReactElement } from 'react'
import type { ActionTrigger } from '../../../src/contract/action.ts'
import type { Answer } from '../client/contract-types'
import { useCall, useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { syntaxErrorOf, useCodeDraft, type CodeDraft } from '../scripting/code-draft'
import { CodeWorkspace } from '../scripting/code-workspace'
import { sandbox_completions } from '../scripting/sandbox-completions'
import { RoutePending } from '../shell/route-states'
import { notify, notifyProblem } from '../ui/notices'
import { Page } from '../ui/page'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { ActionSettings } from './action-settings'
import { ModulesPanel } from './modules-panel'
import { panels, type Panel } from './search'
import { SecretsPanel } from './secrets-panel'
import { StatusBadge } from './status-badge'
import { TestPanel } from './test-panel'
import { eventMembers, trigger_samples } from './trigger-samples'
import { boundTo, triggerOf, useActions, useSetBindings, type ActionSummary } from './use-actions'
import { VersionsPanel } from './versions-panel'

const route = getRouteApi('/t/$tenant_id/actions/$action_id')

/** An action, as it is saved. */
export type Action = Answer<'getAction'>

// Read again and again, so that the save of another admin is noticed while the action is edited.
const refresh_ms = 15_000

/** One action: its code, what runs of it and where, and all that belongs to it. */
export function ActionPage(): ReactElement {
  const t = useMessages().actions
  const { action_id } = route.useParams()
  const { data: action, error, refetch } = useRead('getAction', { id: action_id }, { every_ms: refresh_ms })
  const summaries = useActions()
  const failed = error && !action ? { error, refetch } : summaries.error && !summaries.data ? summaries : undefined
  if (failed) return <Problem error={failed.error} onRetry={() => void failed.refetch()} />
  if (!action || !summaries.data) return <RoutePending />
  const summary = summaries.data.actions.find(({ id }) => id === action.id)
  const trigger = triggerOf(action.supported_triggers[0]?.id ?? '')
  if (!summary || !trigger) return <RoutePending />
  return (
    <Page
      title={action.name}
      subtitle={t.triggerHints[trigger]}
      breadcrumbs={[
        <Link key="actions" from="/t/$tenant_id" to="./actions" search={{}}>
          {t.title}
        </Link>,
      ]}
      actions={<StatusBadge action={summary} />}
    >
      <Place trigger={trigger} summary={summary} actions={summaries.data.actions} />
      <Code
        key={action.id}
        action={action}
        trigger={trigger}
        summary={summary}
        readAgain={async () => (await refetch()).data}
      />
    </Page>
  )
}

/** Where the action runs, or how it gets there. */
function Place({
  trigger,
  summary,
  actions,
}: {
  trigger: ActionTrigger
  summary: ActionSummary
  actions: readonly ActionSummary[]
}): ReactElement {
  const t = useMessages().actions
  const { set, is_busy } = useSetBindings(trigger)
  const bound = boundTo(trigger, actions)
  const link = (
    <Link from="/t/$tenant_id" to="./actions/triggers/$trigger" params={{ trigger }}>
      {t.triggerNames[trigger]}
    </Link>
  )
  if (summary.position !== null) {
    return (
      <Text>
        {link}: {t.place(summary.position, bound.length)}
      </Text>
    )
  }
  return (
    <Group>
      <Text>
        {link}: {summary.deployed_version === null ? t.notYetDeployed : t.notBoundYet}
      </Text>
      {summary.deployed_version !== null && (
        <Permission call="updateActionBindings">
          <Button
            size="compact-sm"
            variant="default"
            loading={is_busy}
            onClick={() => void set(bound, [...bound, summary], t.added(summary.name))}
          >
            {t.addToTrigger}
          </Button>
        </Permission>
      )}
    </Group>
  )
}

/** What the editor completes. */
function useCompletions(trigger: ActionTrigger, secrets: Action['secrets']) {
  return useMemo(
    () => [
      ...[trigger_samples[trigger].function_name, 'event', 'api'].map((label) => ({ label, detail: trigger })),
      ...trigger_samples[trigger].api.map((label) => ({ label })),
      ...eventMembers(trigger).map((label) => ({ label })),
      ...secrets.map(({ name }) => ({ label: `event.secrets.${name}` })),
      ...sandbox_completions,
    ],
    [trigger, secrets],
  )
}

function Code({
  action,
  trigger,
  summary,
  readAgain,
}: {
  action: Action
  trigger: ActionTrigger
  summary: ActionSummary
  readAgain: () => Promise<Action | undefined>
}): ReactElement {
  const t = useMessages().actions
  const draft = useCodeDraft(`action ${action.id}`, action.code)
  const can = useCan('updateAction')
  const completions = useCompletions(trigger, action.secrets)
  const update = useCall('updateAction')
  const deploy = useCall('deployAction')
  /** Saves the draft, unless another text was saved meanwhile: the page then shows both. */
  const save = async (): Promise<boolean> => {
    const now = await readAgain()
    if (now && now.code !== draft.saved) return false
    draft.mark(undefined)
    try {
      await update.mutateAsync({ id: action.id, body: { code: draft.text } })
      draft.discard()
      return true
    } catch (error) {
      const found = syntaxErrorOf(error)
      if (found) draft.mark({ source: draft.text, ...found })
      return false
    }
  }
  const saveOnly = async (): Promise<void> => {
    if (await save()) notify(summary.deployed_version === null ? t.savedFirst : t.savedDone)
  }
  const saveAndDeploy = async (): Promise<void> => {
    if (draft.is_changed && !(await save())) return
    deploy.mutate(
      { id: action.id },
      {
        onSuccess: ({ number }) => notify(summary.position === null ? t.deployedUnbound(number) : t.deployed(number)),
        onError: (error) => notifyProblem(t.notDeployed, error),
      },
    )
  }
  const is_busy = update.isPending || deploy.isPending
  return (
    <Stack gap="lg">
      <CodeWorkspace
        label={t.editorLabel(action.name)}
        draft={draft}
        completions={completions}
        is_read_only={!can}
        error={update.error}
      >
        <Permission call="updateAction">
          <Button
            variant="default"
            disabled={!draft.is_changed || draft.is_behind}
            loading={update.isPending}
            onClick={() => void saveOnly()}
          >
            {t.save}
          </Button>
        </Permission>
        <Permission call="deployAction">
          <Button
            disabled={draft.is_behind || (!draft.is_changed && action.all_changes_deployed) || is_busy}
            loading={deploy.isPending}
            onClick={() => void saveAndDeploy()}
          >
            {draft.is_changed ? t.saveAndDeploy : t.deploy}
          </Button>
        </Permission>
      </CodeWorkspace>
      <Panels action={action} trigger={trigger} summary={summary} draft={draft} />
    </Stack>
  )
}

function Panels({
  action,
  trigger,
  summary,
  draft,
}: {
  action: Action
  trigger: ActionTrigger
  summary: ActionSummary
  draft: CodeDraft
}): ReactElement {
  const t = useMessages().actions
  const { panel = 'test' } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <>
      <VisuallyHidden component="h2">{t.parts}</VisuallyHidden>
      <Tabs
        value={panel}
        keepMounted={false}
        variant="outline"
        onChange={(next) => void navigate({ search: { panel: next as Panel }, replace: true, resetScroll: false })}
      >
        <Tabs.List aria-label={t.parts}>
          {panels.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t.panels[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {/* An event that was edited stays while another panel is shown. */}
        <Tabs.Panel value="test" pt="md" keepMounted>
          <TestPanel action={action} trigger={trigger} draft={draft} />
        </Tabs.Panel>
        <Tabs.Panel value="versions" pt="md">
          <VersionsPanel action={action} draft={draft} />
        </Tabs.Panel>
        <Tabs.Panel value="secrets" pt="md">
          <SecretsPanel action={action} draft={draft} />
        </Tabs.Panel>
        <Tabs.Panel value="modules" pt="md">
          <ModulesPanel action={action} />
        </Tabs.Panel>
        <Tabs.Panel value="settings" pt="md">
          <ActionSettings action={action} trigger={trigger} summary={summary} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
