import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useMemo, useState, type ReactElement, type ReactNode } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { ConfirmCall } from '../ui/confirm-call'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { SecretDialog } from '../ui/secret-dialog'
import { Problem } from '../ui/problem'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { valueUses, type ValueUses } from '../scripting/value-uses'
import { namesInRecipe } from './parameter-names'
import type { Connection, Script } from './scripts'
import { useScriptDrafts } from './script-drafts'

const value_max = 8192

type Value = Answer<'listConfiguration'>['values'][number]

/** The values that scripts read as `configuration`: by name, never the value; who set each, and where it is used. */
export function Parameters({ connection, scripts }: { connection: Connection; scripts: Script[] }): ReactElement {
  const t = useMessages().custom_database
  const { drafts } = useScriptDrafts(connection.id)
  const { data, error, refetch } = useRead('listConfiguration', { id: connection.id })
  const [edited, setEdited] = useState<string>()
  const [removed, setRemoved] = useState<string>()
  const [added, setAdded] = useState('')
  const found = useMemo(() => {
    const sources = scripts.flatMap(({ script, source }) => {
      const text = drafts[script]?.source ?? source
      return text === null ? [] : [{ script, source: text }]
    })
    return valueUses('configuration', sources)
  }, [scripts, drafts])
  const in_recipe = namesInRecipe(connection.options.password_recipe)
  const usesOf = (name: string): string[] => [
    ...new Set(found.uses.filter((use) => use.name === name).map(({ script, line }) => t.useOf(script, line))),
    ...(in_recipe.includes(name) ? [t.inRecipe] : []),
  ]
  const values = data?.values ?? []
  const used = new Set([...found.uses.map(({ name }) => name), ...in_recipe])
  const missing = [...used].filter((name) => !values.some((value) => value.name === name)).toSorted()
  return (
    <Stack component="section" aria-label={t.parameters}>
      <Title order={2} size="h3">
        {t.parameters}
      </Title>
      <Text c="dimmed">{t.parametersHint}</Text>
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <RoutePending />}
      {data && values.length === 0 && missing.length === 0 && (
        <EmptyState title={t.noParameters} hint={t.noParametersHint} />
      )}
      {data && values.length + missing.length > 0 && (
        <ParameterTable
          rows={[
            ...missing.map((name) => ({
              name,
              state: <StateBadge tone="bad">{t.missingParameter}</StateBadge>,
              uses: <Text size="sm">{usesOf(name).join(', ')}</Text>,
              actions: <Actions label={t.setValue} onSet={() => setEdited(name)} />,
            })),
            ...values.map((value) => ({
              name: value.name,
              state: <Origin value={value} />,
              uses: <Uses uses={usesOf(value.name)} found={found} />,
              actions: (
                <Actions
                  label={t.replaceValue}
                  onSet={() => setEdited(value.name)}
                  onRemove={() => setRemoved(value.name)}
                />
              ),
            })),
          ]}
        />
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (added.trim() !== '') setEdited(added.trim())
        }}
      >
        <Group align="end">
          <TextInput
            label={t.addParameter}
            placeholder="DATABASE_URL"
            value={added}
            maxLength={128}
            onChange={(event) => setAdded(event.currentTarget.value)}
          />
          <Permission call="updateConfiguration">
            <Button type="submit" variant="default" disabled={added.trim() === ''}>
              {t.setValue}
            </Button>
          </Permission>
        </Group>
      </form>
      <SecretDialog
        call="updateConfiguration"
        inputOf={(name, value) => ({ id: connection.id, body: { configuration: { [name]: value } } })}
        name={edited}
        title={t.setTitle}
        label={t.newValue}
        hint={t.valueHint}
        action={t.setValue}
        max_length={value_max}
        onClose={() => setEdited(undefined)}
        onSuccess={(name) => {
          setAdded('')
          notify(t.valueDone(name))
        }}
      />
      <ConfirmCall
        call="updateConfiguration"
        input={{ id: connection.id, body: { configuration: { [removed ?? '']: null } } }}
        is_open={removed !== undefined}
        onClose={() => setRemoved(undefined)}
        onSuccess={() => notify(t.valueRemoved(removed ?? ''))}
        title={t.removeValueTitle(removed ?? '')}
        action={t.removeValue}
        name={removed}
      >
        {t.removeValueText(removed === undefined ? 0 : usesOf(removed).length)}
      </ConfirmCall>
    </Stack>
  )
}

type Row = { name: string; state: ReactNode; uses: ReactNode; actions: ReactNode }

/** The parameters, each on one line; on a phone below each other. */
function ParameterTable({ rows }: { rows: readonly Row[] }): ReactElement {
  const t = useMessages().custom_database
  const is_narrow = useMediaQuery('(max-width: 48em)') ?? false
  if (!is_narrow) {
    return (
      <DataTable
        label={t.parameters}
        head={[t.name, t.setBy, t.usedIn, t.actions]}
        rows={rows.map(({ name, state, uses, actions }) => [<Name key="name" name={name} />, state, uses, actions])}
      />
    )
  }
  return (
    <Stack component="ul" gap="sm" p={0} m={0} aria-label={t.parameters}>
      {rows.map(({ name, state, uses, actions }) => (
        <Paper key={name} withBorder p="sm" component="li" style={{ listStyle: 'none' }}>
          <Stack gap={6} align="flex-start">
            <Name name={name} />
            {state}
            {uses}
            {actions}
          </Stack>
        </Paper>
      ))}
    </Stack>
  )
}

function Name({ name }: { name: string }): ReactElement {
  return (
    <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
      {name}
    </Text>
  )
}

function Origin({ value: { set_at, set_by } }: { value: Value }): ReactElement {
  const t = useMessages().custom_database
  if (set_at === undefined) return <Text size="sm">{t.unknownOrigin}</Text>
  return (
    <Text size="sm">
      <Time value={set_at} is_relative />{' '}
      {set_by && (set_by.user_name ?? set_by.client_id ?? t.through[set_by.through])}
    </Text>
  )
}

function Uses({ uses, found }: { uses: string[]; found: ValueUses }): ReactElement {
  const t = useMessages().custom_database
  if (uses.length > 0) return <Text size="sm">{uses.join(', ')}</Text>
  if (!found.is_complete) return <Text size="sm">{t.maybeUnused}</Text>
  return <StateBadge tone="warning">{t.unused}</StateBadge>
}

function Actions({
  label,
  onSet,
  onRemove,
}: {
  label: string
  onSet: () => void
  onRemove?: () => void
}): ReactElement {
  const t = useMessages().custom_database
  return (
    <Group gap="xs" justify="flex-end">
      <Permission call="updateConfiguration">
        <Button size="compact-sm" variant="default" onClick={onSet}>
          {label}
        </Button>
      </Permission>
      {onRemove && (
        <Permission call="updateConfiguration">
          <Button size="compact-sm" variant="subtle" color="red" onClick={onRemove}>
            {t.removeValue}
          </Button>
        </Permission>
      )}
    </Group>
  )
}
