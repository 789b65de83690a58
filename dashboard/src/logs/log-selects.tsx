import { Select, SimpleGrid, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { periods, type LogFilters } from './log-filters'

const minute_ms = 60_000

/** A time as a field of the browser has it: in its own zone. */
function localOf(iso: string | undefined): string {
  if (iso === undefined) return ''
  const at = new Date(iso)
  return new Date(at.getTime() - at.getTimezoneOffset() * minute_ms).toISOString().slice(0, 16)
}

const choicesOf = (meanings: Readonly<Record<string, string>>): { value: string; label: string }[] =>
  Object.entries(meanings)
    .map(([value, meaning]) => ({ value, label: `${meaning} (${value})` }))
    .toSorted((one, other) => one.label.localeCompare(other.label))

/** The filters that are chosen from lists, and the times. */
export function LogSelects({
  filters,
  onChange,
}: {
  filters: LogFilters
  onChange: (changed: Partial<Record<keyof LogFilters, unknown>>) => void
}): ReactElement {
  const t = useMessages().logs
  const select = { placeholder: t.any, searchable: true, clearable: true, limit: 100 } as const
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <Select
        {...select}
        label={t.type}
        data={choicesOf(t.types)}
        value={filters.type ?? null}
        onChange={(type) => onChange({ type })}
      />
      <Select
        {...select}
        label={t.outcome}
        data={choicesOf(t.outcomes)}
        value={filters.outcome ?? null}
        onChange={(outcome) => onChange({ outcome })}
      />
      <Select
        {...select}
        searchable={false}
        label={t.period}
        data={periods.map((value) => ({ value, label: t.periods[value] }))}
        value={filters.period ?? null}
        onChange={(period) => onChange({ period, from: undefined, to: undefined })}
      />
      {filters.period === 'between' &&
        (['from', 'to'] as const).map((name) => (
          <TextInput
            key={name}
            type="datetime-local"
            label={t[name]}
            defaultValue={localOf(filters[name])}
            onBlur={(event) => onChange({ [name]: event.currentTarget.value })}
          />
        ))}
    </SimpleGrid>
  )
}
