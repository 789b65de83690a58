import { Group, Switch, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useCall, useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { EmptyState } from '../ui/empty-state'
import { notifyProblem, notifyUndo } from '../ui/notices'
import { OrderedList } from '../ui/ordered-list'
import { Page } from '../ui/page'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { CreateRule } from './create-rule'
import { useRules, type Rule } from './use-rules'
import { RuleValues } from './rule-values'

/** The rules in the order in which they run, and the values that they read. */
export function RulesPage(): ReactElement {
  const t = useMessages().rules
  const { rules, error, retry } = useRules()
  return (
    <Page title={t.title} subtitle={t.subtitle} actions={rules && rules.length > 0 && <CreateRule />}>
      {error && !rules && <Problem error={error} onRetry={retry} />}
      {!rules && !error && <RoutePending />}
      {rules?.length === 0 && <EmptyState title={t.empty} hint={t.emptyHint} action={<CreateRule />} />}
      {rules && rules.length > 0 && <RuleOrder rules={rules} />}
      {rules && <RuleValues rules={rules} />}
    </Page>
  )
}

function RuleOrder({ rules }: { rules: readonly Rule[] }): ReactElement {
  const t = useMessages()
  const order = useCall('orderRules')
  const save = (next: readonly Rule[]): Promise<unknown> =>
    order
      .mutateAsync({ body: { rules: next.map(({ id }) => id) } })
      .catch((error: unknown) => notifyProblem(t.ui.notSaved, error))
  return (
    <Section
      title={t.rules.order}
      hint={
        <>
          {t.rules.orderHint}{' '}
          <Link from="/t/$tenant_id" to="./actions/triggers/$trigger" params={{ trigger: 'post-login' }}>
            {t.rules.seeLogin}
          </Link>
        </>
      }
    >
      <OrderedList
        label={t.rules.title}
        items={rules}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        call="orderRules"
        can_order={useCan('orderRules')}
        onOrder={(next, { name }) =>
          save(next).then(() => notifyUndo(t.rules.moved(name), { label: t.ui.undo, run: () => void save(rules) }))
        }
      >
        {(rule) => <RuleRow rule={rule} />}
      </OrderedList>
    </Section>
  )
}

function RuleRow({ rule }: { rule: Rule }): ReactElement {
  const t = useMessages().rules
  return (
    <>
      <Text fw={500} style={{ flexGrow: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
        <Link from="/t/$tenant_id/rules" to="./$rule_id" params={{ rule_id: rule.id }} draggable={false}>
          {rule.name}
        </Link>
      </Text>
      <Group gap="xs" wrap="nowrap">
        <RuleSwitch rule={rule} label={t.enabled} />
      </Group>
    </>
  )
}

/** Whether a rule runs. A change is made at once, and can be undone. */
export function RuleSwitch({ rule, label }: { rule: Rule; label: string }): ReactElement {
  const t = useMessages()
  const update = useCall('updateRule')
  const set = (enabled: boolean, onDone: () => void): void =>
    update.mutate(
      { id: rule.id, body: { enabled } },
      { onSuccess: onDone, onError: (error) => notifyProblem(t.ui.notSaved, error) },
    )
  const change = (enabled: boolean): void =>
    set(enabled, () =>
      notifyUndo(enabled ? t.rules.enabledDone(rule.name) : t.rules.disabledDone(rule.name), {
        label: t.ui.undo,
        run: () => set(!enabled, () => undefined),
      }),
    )
  return (
    <Permission call="updateRule">
      <Switch
        label={label}
        aria-label={`${label}: ${rule.name}`}
        checked={update.isPending ? update.variables?.body.enabled === true : rule.enabled}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    </Permission>
  )
}
