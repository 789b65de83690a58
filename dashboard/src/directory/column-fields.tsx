import { Select, SimpleGrid, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { DirectoryColumn, DirectoryFormatOptions } from '../../../src/contract/directory-format.ts'
import { useMessages } from '../messages/use-messages'
import { recognizedColumns } from './read-head'

/** The column of each field. */
export type ChosenColumns = Partial<Record<DirectoryColumn, string>>

/** How a hash with a salt apart was computed. */
export type SaltedHash = Required<NonNullable<DirectoryFormatOptions['salted_hash']>>

/** The options for the columns of a file: none where they are those that the server recognises itself. */
export function chosenColumns(
  names: readonly string[],
  columns: ChosenColumns,
  salted_hash: SaltedHash,
): Pick<DirectoryFormatOptions, 'columns' | 'salted_hash'> {
  const recognized = recognizedColumns(names)
  const fields = new Set([...Object.keys(recognized), ...Object.keys(columns)]) as Set<DirectoryColumn>
  if ([...fields].every((field) => recognized[field] === columns[field])) return {}
  return { columns, ...(columns.password_salt === undefined ? {} : { salted_hash }) }
}

/** The columns of a file, to check and to change before it is loaded. */
export function ColumnFields({
  names,
  columns,
  onChange,
}: {
  names: readonly string[]
  columns: ChosenColumns
  onChange: (columns: ChosenColumns) => void
}): ReactElement {
  const t = useMessages().directory
  const used = new Set(Object.values(columns))
  const unused = names.filter((name) => !used.has(name))
  const data = [...new Set(names)].map((name) => ({ value: name, label: name }))
  const choose = (field: DirectoryColumn, name: string | null): void => {
    const { [field]: _before, ...others } = columns
    onChange(name === null ? others : { ...others, [field]: name })
  }
  return (
    <div role="group" aria-label={t.columns}>
      <Text fw={600} size="sm">
        {t.columns}
      </Text>
      <Text size="sm" c="dimmed">
        {t.columnsHint}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} mt="xs" spacing="xs">
        {(Object.keys(t.fields) as DirectoryColumn[]).map((field) => (
          <Select
            key={field}
            size="xs"
            label={t.fields[field]}
            placeholder={t.noColumn}
            data={data}
            value={columns[field] ?? null}
            clearable
            searchable
            onChange={(name) => choose(field, name)}
            {...(field === 'legacy_id' && columns.legacy_id === undefined ? { error: t.needsId } : {})}
          />
        ))}
      </SimpleGrid>
      {unused.length > 0 && (
        <Text size="sm" mt="xs" style={{ overflowWrap: 'anywhere' }}>
          {t.unused} {unused.join(', ')}
        </Text>
      )}
    </div>
  )
}

/** How a hash with a salt in a column of its own was computed. */
export function SaltedHashFields({
  value,
  onChange,
}: {
  value: SaltedHash
  onChange: (value: SaltedHash) => void
}): ReactElement {
  const t = useMessages().directory
  const field = <K extends keyof SaltedHash>(name: K, choices: readonly SaltedHash[K][]): ReactElement => (
    <Select
      size="xs"
      label={t.salted[name]}
      data={choices.map((choice) => ({ value: choice, label: t.saltedChoices[choice] }))}
      value={value[name]}
      allowDeselect={false}
      onChange={(choice) => onChange({ ...value, [name]: choice })}
    />
  )
  return (
    <SimpleGrid cols={2} spacing="xs">
      {field('algorithm', ['md5', 'sha1', 'sha256', 'sha512'])}
      {field('salt_position', ['prefix', 'suffix'])}
      {field('hash_encoding', ['hex', 'base64'])}
      {field('salt_encoding', ['utf8', 'hex', 'base64'])}
    </SimpleGrid>
  )
}
