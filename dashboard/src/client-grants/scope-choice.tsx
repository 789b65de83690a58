import { Button, Checkbox, Group, ScrollArea, Stack, Text, TextInput } from '@mantine/core'
import { useId, useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'

type Scope = NonNullable<Answer<'getResourceServer'>['scopes']>[number]

// Each is a checkbox: an API can have 2,000.
const listed_max = 100

/** Chooses some of the permissions of an API, which can be very many. */
export function ScopeChoice({
  defined,
  chosen,
  onChange,
}: {
  defined: readonly Scope[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}): ReactElement {
  const t = useMessages()
  const { grant } = t.apis
  const id = useId()
  const [filter, setFilter] = useState('')
  const values = new Set(defined.map(({ value }) => value))
  const unknown = chosen.filter((value) => !values.has(value)).map((value): Scope => ({ value }))
  const all = [...unknown, ...defined]
  const text = filter.trim().toLowerCase()
  const found = all.filter(({ value, description = '' }) => `${value} ${description}`.toLowerCase().includes(text))
  const listed = found.slice(0, listed_max)
  const set = new Set(chosen)
  const change = (value: string, is_chosen: boolean): void =>
    onChange(is_chosen ? [...chosen, value] : chosen.filter((one) => one !== value))
  const chooseListed = (is_chosen: boolean): void => {
    const of_list = new Set(listed.map(({ value }) => value))
    const others = chosen.filter((value) => !of_list.has(value))
    onChange(is_chosen ? [...others, ...of_list] : others)
  }
  if (all.length === 0) return <Text size="sm">{grant.none}</Text>
  return (
    <Stack gap="xs">
      <TextInput
        type="search"
        label={grant.filter}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
        // Enter must not send the form.
        onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
      />
      <Group gap="xs">
        <Button size="compact-xs" variant="default" onClick={() => chooseListed(true)}>
          {grant.chooseShown}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => chooseListed(false)}>
          {grant.clearShown}
        </Button>
      </Group>
      <ScrollArea.Autosize mah={280} type="auto" viewportProps={{ tabIndex: 0, role: 'group', 'aria-labelledby': id }}>
        <Stack gap="xs" p={4}>
          {listed.map(({ value, description }) => (
            <Checkbox
              key={value}
              label={value}
              description={values.has(value) ? description : grant.undefinedScope}
              checked={set.has(value)}
              styles={{ label: { overflowWrap: 'anywhere' } }}
              onChange={(event) => change(value, event.currentTarget.checked)}
            />
          ))}
          {listed.length === 0 && <Text size="sm">{t.ui.nothingFound}</Text>}
        </Stack>
      </ScrollArea.Autosize>
      <Text size="sm" c="dimmed" id={id} role="status">
        {grant.chosen(chosen.length, all.length)}
        {found.length > listed.length && ` ${grant.shownOnly(listed.length, found.length)}`}
      </Text>
    </Stack>
  )
}
