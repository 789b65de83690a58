import { Stack, Text } from '@mantine/core'
import { useMemo, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import type { CodeDraft } from '../scripting/code-draft'
import { NamedValues } from '../scripting/named-values'
import { valueUses } from '../scripting/value-uses'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import type { Action } from './action-page'

// The server's limits.
const secrets_max = 30
const value_max = 4096
const name_max = 128
const name_form = /^[A-Za-z_$][\w$]*$/

/** The secrets of an action: by name, never the value. Those that its code reads and that are not set are marked. */
export function SecretsPanel({ action, draft }: { action: Action; draft: CodeDraft }): ReactElement {
  const t = useMessages().actions
  const { uses, is_complete } = useMemo(
    () => valueUses('event.secrets', [{ script: '', source: draft.text }]),
    [draft.text],
  )
  const linesOf = (name: string): number[] => [
    ...new Set(uses.filter((use) => use.name === name).map(({ line }) => line)),
  ]
  const set = new Map(action.secrets.map(({ name, updated_at }) => [name, updated_at]))
  const missing = [...new Set(uses.map(({ name }) => name))].filter((name) => !set.has(name)).toSorted()
  const stateOf = (name: string): ReactElement => {
    if (!set.has(name)) return <StateBadge tone="bad">{t.missingSecret}</StateBadge>
    if (linesOf(name).length === 0 && is_complete) return <StateBadge tone="warning">{t.unusedSecret}</StateBadge>
    return <Time value={set.get(name)} is_relative />
  }
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t.secretsHint}
      </Text>
      <NamedValues
        label={t.panels.secrets}
        values={[...missing, ...set.keys()].map((name) => ({
          name,
          is_set: set.has(name),
          state: stateOf(name),
          uses: linesOf(name).join(', '),
        }))}
        texts={{
          head: [t.secret, t.secretSet, t.usedInLines],
          valueHint: t.secretValueHint,
          done: t.secretDone,
          removeText: (name) => t.deleteSecretText(linesOf(name).length),
          removed: t.secretDeleted,
        }}
        set={{
          call: 'updateAction',
          inputOf: (name, value) => ({
            id: action.id,
            body: { secrets: [...others(action, name), { name, value }] },
          }),
          length_max: value_max,
        }}
        remove={{
          call: 'updateAction',
          inputOf: (name) => ({ id: action.id, body: { secrets: others(action, name) } }),
        }}
        add={{
          label: t.newSecretName,
          length_max: name_max,
          problemOf: (name) => (name_form.test(name) ? undefined : t.secretNameRule),
          full: set.size >= secrets_max ? t.secretsFull(secrets_max) : undefined,
        }}
      />
    </Stack>
  )
}

/** The names of the other secrets: a save without their values keeps these. */
const others = (action: Action, name: string): { name: string }[] =>
  action.secrets.filter((secret) => secret.name !== name).map((secret) => ({ name: secret.name }))
