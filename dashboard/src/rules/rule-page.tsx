import { Button, Group, Stack } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { syntaxErrorOf, useCodeDraft, type CodeDraft } from '../scripting/code-draft'
import { CodeWorkspace } from '../scripting/code-workspace'
import { sandbox_completions } from '../scripting/sandbox-completions'
import { TryStep } from '../scripting/try-step'
import { RoutePending } from '../shell/route-states'
import { notify } from '../ui/notices'
import { Page } from '../ui/page'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { DeleteRule } from './delete-rule'
import { RenameRule } from './rename-rule'
import { RuleValues } from './rule-values'
import { RuleSwitch } from './rules-page'
import { sample_context, sample_user } from './samples'

const route = getRouteApi('/t/$tenant_id/rules/$rule_id')

type Rule = Answer<'getRule'>

// Read again and again, so that the save of another admin is noticed while the rule is edited.
const refresh_ms = 15_000

/** One rule: its code, a try of it, the values that it reads, and its end. */
export function RulePage(): ReactElement {
  const t = useMessages().rules
  const { rule_id } = route.useParams()
  const { data: rule, error, refetch } = useRead('getRule', { id: rule_id }, { every_ms: refresh_ms })
  if (error && !rule) return <Problem error={error} onRetry={() => void refetch()} />
  if (!rule) return <RoutePending />
  return (
    <Page
      title={rule.name}
      subtitle={rule.enabled ? t.runs : t.runsNot}
      breadcrumbs={[
        <Link key="rules" from="/t/$tenant_id" to="./rules">
          {t.title}
        </Link>,
      ]}
      actions={
        <Group>
          <RuleSwitch rule={rule} label={t.enabled} />
          <RenameRule rule={rule} />
        </Group>
      }
    >
      <Code rule={rule} readAgain={async () => (await refetch()).data} />
    </Page>
  )
}

function Code({ rule, readAgain }: { rule: Rule; readAgain: () => Promise<Rule | undefined> }): ReactElement {
  const t = useMessages().rules
  const draft = useCodeDraft(`rule ${rule.id}`, rule.script)
  const can = useCan('updateRule')
  const configs = useRead('listRulesConfigs', {})
  const update = useCall('updateRule')
  const completions = useMemo(
    () => [
      ...['user', 'context', 'callback'].map((label) => ({ label, detail: 'rule' })),
      ...rule_members.map((label) => ({ label })),
      ...(configs.data ?? []).map(({ key }) => ({ label: `configuration.${key}` })),
      ...sandbox_completions,
    ],
    [configs.data],
  )
  const save = async (): Promise<void> => {
    const now = await readAgain()
    // The draft was begun from another text: the page shows both.
    if (now && now.script !== draft.saved) return
    draft.mark(undefined)
    update.mutate(
      { id: rule.id, body: { script: draft.text } },
      {
        onSuccess: () => {
          draft.discard()
          notify(rule.enabled ? t.savedDone : t.savedDisabled)
        },
        onError: (error) => {
          const found = syntaxErrorOf(error)
          if (found) draft.mark({ source: draft.text, ...found })
        },
      },
    )
  }
  return (
    <Stack gap="lg">
      <CodeWorkspace
        label={t.editorLabel(rule.name)}
        draft={draft}
        completions={completions}
        is_read_only={!can}
        error={update.error}
      >
        <Permission call="updateRule">
          <Button
            disabled={!draft.is_changed || draft.is_behind || draft.text.trim() === ''}
            loading={update.isPending}
            onClick={() => void save()}
          >
            {t.save}
          </Button>
        </Permission>
      </CodeWorkspace>
      <TryRule draft={draft} />
      <RuleValues rules={[{ name: rule.name, script: draft.text }]} of={rule.name} />
      <DeleteRule rule={rule} />
    </Stack>
  )
}

const rule_members = [
  'user.user_id',
  'user.email',
  'user.email_verified',
  'user.user_metadata',
  'user.app_metadata',
  'user.identities',
  'context.idToken',
  'context.accessToken',
  'context.accessToken.scope',
  'context.redirect',
  'context.protocol',
  'context.clientID',
  'context.clientName',
  'context.clientMetadata',
  'context.connection',
  'context.request.ip',
  'context.request.query',
  'context.stats.loginsCount',
  'auth0.users.updateUserMetadata',
  'auth0.users.updateAppMetadata',
]

const json = (value: unknown): string => JSON.stringify(value, undefined, 2)

function TryRule({ draft }: { draft: CodeDraft }): ReactElement {
  const t = useMessages().rules
  const run = useCall('tryRule')
  const [texts, setTexts] = useState({ user: json(sample_user), context: json(sample_context) })
  return (
    <Section title={t.try}>
      <TryStep
        call="tryRule"
        run={({ user, context }, { onAnswer, onError }) =>
          run.mutate({ body: { script: draft.text, arguments: { user, context } } }, { onSuccess: onAnswer, onError })
        }
        is_busy={run.isPending}
        error={run.error}
        inputs={[
          { name: 'user', label: t.user, rows: 14 },
          { name: 'context', label: t.context, rows: 14 },
        ]}
        texts={texts}
        onChange={(name, text) => setTexts((before) => ({ ...before, [name]: text }))}
        draft={draft}
      />
    </Section>
  )
}
