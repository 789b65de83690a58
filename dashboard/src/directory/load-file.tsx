import { Button, FileInput, Group, Select, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { DirectoryFormat, DirectoryFormatOptions } from '../../../src/contract/directory-format.ts'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { chosenColumns, ColumnFields, SaltedHashFields, type ChosenColumns, type SaltedHash } from './column-fields'
import { FormatOptionFields, formatOptions, no_options, type TypedOptions } from './format-option-fields'
import { GoneLimit, goneLimitOf } from './gone-limit'
import { readHead, recognizedColumns, type FileHead } from './read-head'

const standard_salt: SaltedHash = {
  algorithm: 'sha256',
  salt_position: 'prefix',
  hash_encoding: 'hex',
  salt_encoding: 'utf8',
}

/** Loads the directory from a file: shows the format and the columns that it seems to have, before anything is sent. */
export function LoadFile({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().directory
  const [file, setFile] = useState<File | null>(null)
  const [head, setHead] = useState<FileHead>()
  const [problem, setProblem] = useState<unknown>()
  const [format, setFormat] = useState<DirectoryFormat>('csv')
  const [charset, setCharset] = useState('')
  const [columns, setColumns] = useState<ChosenColumns>({})
  const [salted, setSalted] = useState(standard_salt)
  const [typed, setTyped] = useState<TypedOptions>(no_options)
  const [limit, setLimit] = useState<number | string>('')
  const load = useCall('loadDirectory', { also: ['jobs'] })

  const look = (chosen: File | null, encoding: string): void => {
    setFile(chosen)
    setProblem(undefined)
    setHead(undefined)
    if (!chosen) return
    readHead(chosen, encoding).then((found) => {
      setHead(found)
      setFormat(found.format)
      setColumns(recognizedColumns(found.columns))
    }, setProblem)
  }
  const has_columns = head !== undefined && head.columns.length > 0 && (format === 'csv' || format === 'ndjson')
  const lacks_id = has_columns && columns.legacy_id === undefined
  const submit = (): void => {
    if (!file) return
    const options: DirectoryFormatOptions = {
      ...(charset === '' ? {} : { charset }),
      ...(has_columns ? chosenColumns(head.columns, columns, salted) : {}),
      ...formatOptions(format, typed),
    }
    const form = new FormData()
    form.append('format', format)
    form.append('options', JSON.stringify(options))
    const { gone_limit_percent } = goneLimitOf(limit)
    if (gone_limit_percent !== undefined) form.append('gone_limit_percent', String(gone_limit_percent))
    form.append('file', file)
    load.mutate({ connection_id, form }, { onSuccess: () => notify(t.started) })
  }
  return (
    <Section title={t.fromFile} hint={t.fromFileHint}>
      <FileInput
        label={t.file}
        placeholder={t.chooseFile}
        clearable
        clearButtonProps={{ 'aria-label': t.clearFile }}
        styles={{ placeholder: { color: 'var(--mantine-color-dimmed)' } }}
        value={file}
        onChange={(chosen) => look(chosen, charset)}
      />
      <Group align="flex-start" grow>
        <Select
          label={t.format}
          data={Object.entries(t.formats).map(([value, label]) => ({ value, label }))}
          value={format}
          allowDeselect={false}
          onChange={(value) => setFormat(value as DirectoryFormat)}
        />
        <TextInput
          label={t.charset}
          placeholder="utf-8"
          value={charset}
          onChange={(event) => setCharset(event.currentTarget.value.trim())}
          onBlur={() => look(file, charset)}
        />
      </Group>
      {problem !== undefined && <Problem error={problem} title={t.notRead} />}
      {has_columns && <ColumnFields names={head.columns} columns={columns} onChange={setColumns} />}
      {has_columns && columns.password_salt !== undefined && <SaltedHashFields value={salted} onChange={setSalted} />}
      <FormatOptionFields format={format} typed={typed} onChange={setTyped} />
      <GoneLimit value={limit} onChange={setLimit} />
      {load.error && <Problem error={load.error} title={t.notLoaded} />}
      {load.isPending && <Text role="status">{t.uploading}</Text>}
      <Group>
        <Permission call="loadDirectory">
          <Button disabled={!file || lacks_id} loading={load.isPending} onClick={submit}>
            {t.loadFile}
          </Button>
        </Permission>
      </Group>
    </Section>
  )
}
