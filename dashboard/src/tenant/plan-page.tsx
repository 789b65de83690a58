import { featurePlans, plans } from 'virtual:contract'
import { Group, List, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { useTenant } from '../session/use-session'
import { CopyText } from '../ui/copy-text'
import { DataTable } from '../ui/data-table'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'

type TenantPlan = Answer<'getTenantPlan'>
type Use = TenantPlan['uses'][number]

const includes = (plan: string, feature: Use['feature']): boolean =>
  plans.indexOf(plan) >= plans.indexOf(featurePlans[feature])

/** The plans: what each allows, and what a plan without a feature in use does to how many people. */
export function PlanPage(): ReactElement {
  const { data, error, refetch } = useRead('getTenantPlan')
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  return data ? <Plans {...data} /> : <RoutePending />
}

function Plans({ plan: present, uses }: TenantPlan): ReactElement {
  const t = useMessages().tenant
  const { name } = useTenant()
  return (
    <Stack gap="lg">
      <Section title={t.plans} hint={t.plansHint}>
        <DataTable
          is_stacked
          label={t.plans}
          head={[t.planColumns.plan, t.planColumns.allows, t.planColumns.effect]}
          rows={plans.map((plan) => [
            <Group key="plan" gap="xs">
              <Text size="sm" fw={plan === present ? 600 : 400}>
                {t.planNames[plan] ?? plan}
              </Text>
              {plan === present && <StateBadge tone="info">{t.present}</StateBadge>}
            </Group>,
            <List key="allows" size="sm" listStyleType="none">
              <List.Item>{t.allowsLocal}</List.Item>
              {uses
                .filter(({ feature }) => includes(plan, feature))
                .map(({ feature }) => (
                  <List.Item key={feature}>{t.allows[feature]}</List.Item>
                ))}
            </List>,
            <Effects key="effect" uses={uses.filter(({ feature }) => !includes(plan, feature))} />,
          ])}
        />
      </Section>
      <Section title={t.changePlan} hint={t.changePlanHint}>
        <CopyText text={`npm run wherry -- tenants plan --tenant ${name} --plan developer`} label={t.changePlan} />
      </Section>
    </Stack>
  )
}

/** What the lack of features does to people. */
function Effects({ uses }: { uses: readonly Use[] }): ReactElement {
  const t = useMessages().tenant
  const used = uses.filter(({ connections }) => connections > 0)
  if (used.length === 0) return <Text size="sm">{uses.length === 0 ? t.allAllowed : t.notUsed}</Text>
  return (
    <Stack gap="xs">
      {used.map((use) => (
        <div key={use.feature}>
          <Text size="sm">{t.effects[use.feature](use)}</Text>
          <Group gap="xs">
            <Text size="sm" component="span">
              {t.effectIn}
            </Text>
            {use.first.map(({ id, name }) => (
              <Text key={id} size="sm" component="span" style={{ overflowWrap: 'anywhere' }}>
                <Link from="/t/$tenant_id" to="./connections/$connection_id" params={{ connection_id: id }}>
                  {name}
                </Link>
              </Text>
            ))}
            {use.connections > use.first.length && (
              <Text size="sm" component="span">
                {t.moreConnections(use.connections - use.first.length)}
              </Text>
            )}
          </Group>
        </div>
      ))}
    </Stack>
  )
}
