import { Text } from '@mantine/core'
import { useMemo, type ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { NamedValues } from '../scripting/named-values'
import { valueUses } from '../scripting/value-uses'
import { RoutePending } from '../shell/route-states'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'

const key_form = /^[A-Za-z0-9_\-@*+:]{1,127}$/
const key_max = 127
const value_max = 10_240

/**
 * The values that rules read as `configuration`: by name, never the value.
 *
 * @param of the name of one rule: only the values that it reads are listed
 */
export function RuleValues({
  rules,
  of,
}: {
  rules: readonly { name: string; script: string }[]
  of?: string
}): ReactElement {
  const t = useMessages().rules
  const { data, error, refetch } = useRead('listRulesConfigs', {})
  const { uses, is_complete } = useMemo(
    () =>
      valueUses(
        'configuration',
        rules.map(({ name, script }) => ({ script: name, source: script })),
      ),
    [rules],
  )
  const usesOf = (key: string): string[] => [
    ...new Set(uses.filter(({ name }) => name === key).map(({ script, line }) => t.useOf(script, line))),
  ]
  const set = (data ?? []).map(({ key }) => key)
  const missing = [...new Set(uses.map(({ name }) => name))].filter((key) => !set.includes(key)).toSorted()
  const listed = [...missing, ...(of === undefined ? set : set.filter((key) => usesOf(key).length > 0))]
  const stateOf = (key: string): ReactElement => {
    if (!set.includes(key)) return <StateBadge tone="bad">{t.missingValue}</StateBadge>
    if (usesOf(key).length > 0) return <StateBadge tone="good">{t.setValueState}</StateBadge>
    return <StateBadge tone={is_complete ? 'warning' : 'neutral'}>{is_complete ? t.unused : t.maybeUnused}</StateBadge>
  }
  const title = of === undefined ? t.values : t.valuesOf
  return (
    <Section title={title} hint={t.valuesHint}>
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <RoutePending />}
      {data && listed.length === 0 && (
        <Text size="sm" c="dimmed">
          {of === undefined ? t.noValues : t.readsNone}
        </Text>
      )}
      <NamedValues
        label={title}
        values={
          data
            ? listed.map((name) => ({
                name,
                is_set: set.includes(name),
                state: stateOf(name),
                uses: usesOf(name).join(', '),
              }))
            : []
        }
        texts={{
          head: [t.valueName, t.valueState, t.usedIn],
          valueHint: t.valueHint,
          done: t.valueDone,
          removeText: (name) => t.deleteValueText(usesOf(name).length),
          removed: t.valueDeleted,
        }}
        set={{
          call: 'setRulesConfig',
          inputOf: (key, value) => ({ key, body: { value } }),
          length_max: value_max,
        }}
        remove={{ call: 'deleteRulesConfig', inputOf: (key) => ({ key }) }}
        add={
          of === undefined
            ? {
                label: t.newValueName,
                length_max: key_max,
                problemOf: (key) => (key_form.test(key) ? undefined : t.keyRule),
              }
            : undefined
        }
      />
    </Section>
  )
}
