import { CloseButton, Group, Select, SimpleGrid } from '@mantine/core'
import type { ReactElement } from 'react'
import { useCan } from '../client/use-client'
import { useConnectionChoices } from '../jobs/use-connection-choices'
import { useMessages } from '../messages/use-messages'
import { Picker } from '../ui/picker'
import { permitsEverySort, sortOf, sorts, ways, type UserFilters } from './user-filters'

type Props = { filters: UserFilters; onChange: (changed: Partial<Record<keyof UserFilters, unknown>>) => void }

/** The filters and the order of the list of users. */
export function UserSelects(props: Props): ReactElement {
  const t = useMessages().users
  const { filters, onChange } = props
  const sorts_of_all = permitsEverySort(filters)
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <Select
        label={t.columns.arrived}
        placeholder={t.anyWay}
        clearable
        data={ways.map((value) => ({ value, label: t.arrived[value] }))}
        value={filters.way ?? null}
        onChange={(way) => onChange({ way })}
      />
      <ConnectionFilter {...props} />
      <Select
        label={t.sort}
        allowDeselect={false}
        data={sorts
          .filter((sort) => sorts_of_all || sort === 'newest' || sort === 'oldest')
          .map((value) => ({ value, label: t.sorts[value] }))}
        value={sortOf(filters)}
        onChange={(sort) => onChange({ sort: sort === 'newest' ? undefined : sort })}
        description={sorts_of_all ? undefined : t.sortHint}
        inputWrapperOrder={['label', 'input', 'description']}
      />
    </SimpleGrid>
  )
}

function ConnectionFilter({ filters: { connection }, onChange }: Props): ReactElement | null {
  const t = useMessages().users
  const can = useCan('listConnections')
  if (!can && connection === undefined) return null
  return (
    <Group gap={4} align="flex-end" wrap="nowrap">
      <div style={{ flexGrow: 1 }}>
        <Picker
          label={t.connection}
          value={connection ?? t.anyConnection}
          useChoices={useConnectionChoices}
          onChoose={({ label }) => onChange({ connection: label })}
          disabled={!can}
        />
      </div>
      {connection !== undefined && (
        <CloseButton
          size="lg"
          aria-label={t.allConnections}
          title={t.allConnections}
          onClick={() => onChange({ connection: undefined })}
        />
      )}
    </Group>
  )
}
