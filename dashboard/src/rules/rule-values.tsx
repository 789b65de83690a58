import { Button, Group, Text, TextInput } from '@mantine/core'
import { useMemo, useState, type ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { valueUses } from '../scripting/value-uses'
import { RoutePending } from '../shell/route-states'
import { ConfirmCall } from '../ui/confirm-call'
import { DataTable } from '../ui/data-table'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { SecretDialog } from '../ui/secret-dialog'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'

const key_form = /^[A-Za-z0-9_\-@*+:]{1,127}$/
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
  const [edited, setEdited] = useState<string>()
  const [removed, setRemoved] = useState<string>()
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
  const listed = of === undefined ? set : set.filter((key) => usesOf(key).length > 0)
  const stateOf = (key: string): ReactElement => {
    if (!set.includes(key)) return <StateBadge tone="bad">{t.missingValue}</StateBadge>
    if (usesOf(key).length > 0) return <StateBadge tone="good">{t.setValueState}</StateBadge>
    return <StateBadge tone={is_complete ? 'warning' : 'neutral'}>{is_complete ? t.unused : t.maybeUnused}</StateBadge>
  }
  return (
    <Section title={of === undefined ? t.values : t.valuesOf} hint={t.valuesHint}>
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <RoutePending />}
      {data && listed.length + missing.length === 0 && (
        <Text size="sm" c="dimmed">
          {of === undefined ? t.noValues : t.readsNone}
        </Text>
      )}
      {data && listed.length + missing.length > 0 && (
        <DataTable
          is_stacked
          label={of === undefined ? t.values : t.valuesOf}
          head={[t.valueName, t.valueState, t.usedIn, t.actions]}
          rows={[...missing, ...listed].map((key) => [
            <Text key="key" size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {key}
            </Text>,
            stateOf(key),
            usesOf(key).join(', '),
            <Group key="actions" gap="xs" wrap="nowrap" justify="flex-end">
              <Permission call="setRulesConfig">
                <Button size="compact-sm" variant="default" onClick={() => setEdited(key)}>
                  {set.includes(key) ? t.replaceValue : t.setValue}
                </Button>
              </Permission>
              {set.includes(key) && (
                <Permission call="deleteRulesConfig">
                  <Button size="compact-sm" variant="subtle" color="red" onClick={() => setRemoved(key)}>
                    {t.deleteValue}
                  </Button>
                </Permission>
              )}
            </Group>,
          ])}
        />
      )}
      {of === undefined && <AddValue onSet={setEdited} />}
      <SecretDialog
        call="setRulesConfig"
        inputOf={(key, value) => ({ key, body: { value } })}
        name={edited}
        title={t.setTitle}
        label={t.newValue}
        hint={t.valueHint}
        action={t.setValue}
        max_length={value_max}
        onClose={() => setEdited(undefined)}
        onSuccess={(key) => notify(t.valueDone(key))}
      />
      <ConfirmCall
        call="deleteRulesConfig"
        input={{ key: removed ?? '' }}
        is_open={removed !== undefined}
        onClose={() => setRemoved(undefined)}
        onSuccess={() => notify(t.valueDeleted(removed ?? ''))}
        title={t.deleteValueTitle(removed ?? '')}
        action={t.deleteValue}
        name={removed}
      >
        {t.deleteValueText(usesOf(removed ?? '').length)}
      </ConfirmCall>
    </Section>
  )
}

function AddValue({ onSet }: { onSet: (key: string) => void }): ReactElement {
  const t = useMessages().rules
  const [typed, setTyped] = useState('')
  const key = typed.trim()
  const is_valid = key_form.test(key)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!is_valid) return
        onSet(key)
        setTyped('')
      }}
    >
      <Group align="flex-start">
        <TextInput
          aria-label={t.newValueName}
          placeholder={t.newValueName}
          value={typed}
          maxLength={127}
          autoComplete="off"
          error={key !== '' && !is_valid ? t.keyRule : null}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Permission call="setRulesConfig">
          <Button type="submit" variant="default" disabled={!is_valid}>
            {t.setValue}
          </Button>
        </Permission>
      </Group>
    </form>
  )
}
