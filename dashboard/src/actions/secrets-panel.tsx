import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMemo, useState, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import type { CodeDraft } from '../scripting/code-draft'
import { valueUses } from '../scripting/value-uses'
import { ConfirmCall } from '../ui/confirm-call'
import { DataTable } from '../ui/data-table'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { SecretDialog } from '../ui/secret-dialog'
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
  const [edited, setEdited] = useState<string>()
  const [removed, setRemoved] = useState<string>()
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
      {set.size + missing.length > 0 && (
        <DataTable
          label={t.panels.secrets}
          head={[t.secret, t.secretSet, t.usedInLines, t.manage]}
          rows={[...missing, ...set.keys()].map((name) => [
            <Text key="name" size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>,
            stateOf(name),
            linesOf(name).join(', '),
            <Group key="manage" gap="xs" wrap="nowrap">
              <Permission call="updateAction">
                <Button size="compact-sm" variant="default" onClick={() => setEdited(name)}>
                  {set.has(name) ? t.replaceSecret : t.setSecret}
                </Button>
              </Permission>
              {set.has(name) && (
                <Permission call="updateAction">
                  <Button size="compact-sm" variant="subtle" color="red" onClick={() => setRemoved(name)}>
                    {t.deleteSecret}
                  </Button>
                </Permission>
              )}
            </Group>,
          ])}
        />
      )}
      <AddSecret is_full={set.size >= secrets_max} onSet={setEdited} />
      <SecretDialog
        call="updateAction"
        inputOf={(name, value) => ({ id: action.id, body: { secrets: [...others(action, name), { name, value }] } })}
        name={edited}
        title={t.setSecretTitle}
        label={t.newSecretValue}
        hint={t.secretValueHint}
        action={t.setSecret}
        max_length={value_max}
        onClose={() => setEdited(undefined)}
        onSuccess={(name) => notify(t.secretDone(name))}
      />
      <ConfirmCall
        call="updateAction"
        input={{ id: action.id, body: { secrets: others(action, removed) } }}
        is_open={removed !== undefined}
        onClose={() => setRemoved(undefined)}
        onSuccess={() => notify(t.secretDeleted(removed ?? ''))}
        title={t.deleteSecretTitle(removed ?? '')}
        action={t.deleteSecret}
        name={removed}
      >
        {t.deleteSecretText(linesOf(removed ?? '').length)}
      </ConfirmCall>
    </Stack>
  )
}

function AddSecret({ is_full, onSet }: { is_full: boolean; onSet: (name: string) => void }): ReactElement {
  const t = useMessages().actions
  const [typed, setTyped] = useState('')
  const name = typed.trim()
  const is_valid = name_form.test(name)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!is_valid) return
        onSet(name)
        setTyped('')
      }}
    >
      <Group align="flex-start">
        <TextInput
          aria-label={t.newSecretName}
          placeholder={t.newSecretName}
          value={typed}
          maxLength={name_max}
          autoComplete="off"
          error={is_full ? t.secretsFull(secrets_max) : name !== '' && !is_valid ? t.secretNameRule : null}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Permission call="updateAction">
          <Button type="submit" variant="default" disabled={!is_valid || is_full}>
            {t.setSecret}
          </Button>
        </Permission>
      </Group>
    </form>
  )
}

/** The names of the other secrets: a save without their values keeps these. */
const others = (action: Action, name: string | undefined): { name: string }[] =>
  action.secrets.filter((secret) => secret.name !== name).map((secret) => ({ name: secret.name }))
