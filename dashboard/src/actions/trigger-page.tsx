import { Button, Group, Stack, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { ActionTrigger } from '../../../src/contract/action.ts'
import { useCan } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useRules } from '../rules/use-rules'
import { NotFoundPage, RoutePending } from '../shell/route-states'
import { OrderedList } from '../ui/ordered-list'
import { Page } from '../ui/page'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { CreateAction } from './create-action'
import { StatusBadge } from './status-badge'
import { boundTo, triggerOf, useActions, useSetBindings, type ActionSummary } from './use-actions'

const route = getRouteApi('/t/$tenant_id/actions/triggers/$trigger')

// Auth0's limit, which the server has as well.
const bindings_max = 20

/** What one trigger runs, in order, and what else it could run. */
export function TriggerPage(): ReactElement {
  const { trigger: name } = route.useParams()
  const trigger = triggerOf(name)
  return trigger === undefined ? <NotFoundPage /> : <Trigger trigger={trigger} />
}

function Trigger({ trigger }: { trigger: ActionTrigger }): ReactElement {
  const t = useMessages().actions
  const { data, error, refetch } = useActions()
  return (
    <Page
      title={t.triggerNames[trigger]}
      subtitle={t.triggerHints[trigger]}
      breadcrumbs={[
        <Link key="triggers" from="/t/$tenant_id" to="./actions/triggers">
          {t.triggers}
        </Link>,
      ]}
      actions={<CreateAction trigger={trigger} />}
    >
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <RoutePending />}
      {data && (
        <>
          {trigger === 'post-login' && <Rules />}
          <Bound trigger={trigger} actions={data.actions} />
          <Unbound trigger={trigger} actions={data.actions} />
        </>
      )}
    </Page>
  )
}

/** The enabled rules, which a login runs before the actions. */
function Rules(): ReactElement {
  const t = useMessages().actions
  const { rules, error, retry } = useRules()
  const enabled = rules?.filter((rule) => rule.enabled) ?? []
  return (
    <Section
      title={t.rulesFirst}
      hint={t.rulesFirstHint}
      actions={
        <Link from="/t/$tenant_id" to="./rules">
          {t.openRules}
        </Link>
      }
    >
      {error && !rules && <Problem error={error} onRetry={retry} />}
      {!rules && !error && <RoutePending />}
      {rules && enabled.length === 0 && (
        <Text size="sm" c="dimmed">
          {t.noRules(rules.length)}
        </Text>
      )}
      {enabled.length > 0 && (
        <ol style={{ margin: 0 }}>
          {enabled.map(({ id, name }) => (
            <li key={id}>
              <Link from="/t/$tenant_id" to="./rules/$rule_id" params={{ rule_id: id }}>
                {name}
              </Link>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}

function ActionLink({ action }: { action: ActionSummary }): ReactElement {
  return (
    <Text fw={500} style={{ flexGrow: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
      <Link
        from="/t/$tenant_id"
        to="./actions/$action_id"
        params={{ action_id: action.id }}
        search={{}}
        draggable={false}
      >
        {action.name}
      </Link>
    </Text>
  )
}

function Bound({ trigger, actions }: { trigger: ActionTrigger; actions: readonly ActionSummary[] }): ReactElement {
  const t = useMessages().actions
  const { set, is_busy } = useSetBindings(trigger)
  const can_order = useCan('updateActionBindings')
  const bound = boundTo(trigger, actions)
  return (
    <Section title={t.runs} hint={t.runsHints[trigger]}>
      {bound.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t.runsNothing}
        </Text>
      ) : (
        <OrderedList
          label={t.runs}
          items={bound}
          keyOf={({ id }) => id}
          nameOf={({ name }) => name}
          call="updateActionBindings"
          can_order={can_order}
          onOrder={(next, { name }) => set(bound, next, t.moved(name))}
        >
          {(action) => (
            <>
              <ActionLink action={action} />
              <Group gap="xs" wrap="nowrap">
                <StatusBadge action={action} />
                <Permission call="updateActionBindings">
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    color="red"
                    aria-label={t.removeFrom(action.name)}
                    disabled={is_busy}
                    onClick={() =>
                      void set(
                        bound,
                        bound.filter(({ id }) => id !== action.id),
                        t.removed(action.name),
                      )
                    }
                  >
                    {t.remove}
                  </Button>
                </Permission>
              </Group>
            </>
          )}
        </OrderedList>
      )}
    </Section>
  )
}

function Unbound({ trigger, actions }: { trigger: ActionTrigger; actions: readonly ActionSummary[] }): ReactElement {
  const t = useMessages().actions
  const { set, is_busy } = useSetBindings(trigger)
  const bound = boundTo(trigger, actions)
  const others = actions.filter(({ trigger_id, position }) => trigger_id === trigger && position === null)
  const is_full = bound.length >= bindings_max
  return (
    <Section title={t.available} hint={is_full ? t.full(bindings_max) : t.availableHint}>
      {others.length === 0 && (
        <Text size="sm" c="dimmed">
          {t.noneAvailable}{' '}
          <Link from="/t/$tenant_id" to="./actions" search={{ trigger }}>
            {t.seeLibrary}
          </Link>
        </Text>
      )}
      <Stack gap="xs">
        {others.map((action) => (
          <Group key={action.id} justify="space-between" wrap="nowrap">
            <ActionLink action={action} />
            {action.deployed_version === null ? (
              <Text size="sm" c="dimmed">
                {t.deployFirst}
              </Text>
            ) : (
              <Permission call="updateActionBindings">
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={t.addTo(action.name)}
                  disabled={is_busy || is_full}
                  onClick={() => void set(bound, [...bound, action], t.added(action.name))}
                >
                  {t.add}
                </Button>
              </Permission>
            )}
          </Group>
        ))}
      </Stack>
    </Section>
  )
}
