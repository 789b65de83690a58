import { Stack, Text, Title } from '@mantine/core'
import { useMemo, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { NamedValues } from '../scripting/named-values'
import { valueUses, type ValueUses } from '../scripting/value-uses'
import { RoutePending } from '../shell/route-states'
import { EmptyState } from '../ui/empty-state'
import { Problem } from '../ui/problem'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { namesInRecipe } from './parameter-names'
import type { Connection, Script } from './scripts'
import { useScriptDrafts } from './script-drafts'

const name_max = 128
const value_max = 8192

type Value = Answer<'listConfiguration'>['values'][number]

/** The values that scripts read as `configuration`: by name, never the value; who set each, and where it is used. */
export function Parameters({ connection, scripts }: { connection: Connection; scripts: Script[] }): ReactElement {
  const t = useMessages().custom_database
  const { id } = connection
  const { drafts } = useScriptDrafts(id)
  const { data, error, refetch } = useRead('listConfiguration', { id })
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
      <NamedValues
        label={t.parameters}
        values={
          data
            ? [
                ...missing.map((name) => ({
                  name,
                  is_set: false,
                  state: <StateBadge tone="bad">{t.missingParameter}</StateBadge>,
                  uses: usesOf(name).join(', '),
                })),
                ...values.map((value) => ({
                  name: value.name,
                  is_set: true,
                  state: <Origin value={value} />,
                  uses: <Uses uses={usesOf(value.name)} found={found} />,
                })),
              ]
            : []
        }
        texts={{
          head: [t.name, t.setBy, t.usedIn],
          valueHint: t.valueHint,
          done: t.valueDone,
          removeText: (name) => t.removeValueText(usesOf(name).length),
          removed: t.valueRemoved,
        }}
        set={{
          call: 'updateConfiguration',
          inputOf: (name, value) => ({ id, body: { configuration: { [name]: value } } }),
          length_max: value_max,
        }}
        remove={{
          call: 'updateConfiguration',
          inputOf: (name) => ({ id, body: { configuration: { [name]: null } } }),
        }}
        add={{ label: t.addParameter, length_max: name_max }}
      />
    </Stack>
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
