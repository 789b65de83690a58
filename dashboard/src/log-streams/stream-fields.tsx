import { MultiSelect, Select, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { ReactElement } from 'react'
import type { Answer, Input } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import type { Messages } from '../messages/en'

type Sink = Answer<'getLogStream'>['sink']
type Change = Input<'updateLogStream'>['body']
type Category = NonNullable<Input<'createLogStream'>['body']['filters']>[number]['name']

/** The fields of a log stream. A custom header is a line `Name: value`; an empty authorization stays what it is. */
export type StreamFields = {
  name: string
  endpoint: string
  format: NonNullable<Sink['httpContentFormat']>
  content_type: string
  authorization: string
  headers: string
  categories: string[]
}

const formats = ['JSONLINES', 'JSONARRAY', 'JSONOBJECT'] as const
const rows_of_headers = 3

/** The fields of a new stream. */
export const new_stream: StreamFields = {
  name: '',
  endpoint: '',
  format: 'JSONLINES',
  content_type: '',
  authorization: '',
  headers: '',
  categories: [],
}

/** The fields of a stream. */
export function fieldsOf({
  name,
  sink,
  filters,
}: Pick<Answer<'getLogStream'>, 'name' | 'sink' | 'filters'>): StreamFields {
  return {
    name,
    endpoint: sink.httpEndpoint,
    format: sink.httpContentFormat ?? 'JSONLINES',
    content_type: sink.httpContentType ?? '',
    authorization: '',
    headers: (sink.httpCustomHeaders ?? []).map(({ header, value }) => `${header}: ${value}`).join('\n'),
    categories: filters.map((filter) => filter.name),
  }
}

const headersOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [header = '', ...rest] = line.split(':')
      return { header: header.trim(), value: rest.join(':').trim() }
    })

/** The body that saves the changed fields, and nothing else. */
export function streamBody(changed: Partial<StreamFields>): Change {
  const { name, endpoint, format, content_type, authorization, headers, categories } = changed
  const sink: Change['sink'] = {
    ...(endpoint === undefined ? {} : { httpEndpoint: endpoint }),
    ...(format === undefined ? {} : { httpContentFormat: format }),
    ...(content_type === undefined ? {} : { httpContentType: content_type === '' ? 'application/json' : content_type }),
    ...(authorization === undefined ? {} : { httpAuthorization: authorization }),
    ...(headers === undefined ? {} : { httpCustomHeaders: headersOf(headers) }),
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(Object.keys(sink).length === 0 ? {} : { sink }),
    ...(categories === undefined
      ? {}
      : { filters: categories.map((category) => ({ type: 'category' as const, name: category as Category })) }),
  }
}

/** What is wrong with the fields, before they are sent. */
export function streamProblems(
  { name, endpoint, headers }: StreamFields,
  t: Messages['logStreams'],
): Partial<Record<keyof StreamFields, string>> {
  return {
    ...(name.trim() === '' ? { name: t.nameRule } : {}),
    ...(URL.canParse(endpoint) ? {} : { endpoint: t.endpointRule }),
    ...(headersOf(headers).some(({ header, value }) => header === '' || value === '')
      ? { headers: t.headersRule }
      : {}),
  }
}

/** The fields of properties that the server names in a refusal. */
export const field_of_property = {
  'sink.httpEndpoint': 'endpoint',
  'sink.httpContentType': 'content_type',
  'sink.httpAuthorization': 'authorization',
  'sink.httpCustomHeaders': 'headers',
  filters: 'categories',
} as const

/** The inputs of a log stream. `is_new`: no authorization is kept. */
export function StreamInputs({
  form,
  is_disabled,
  is_new = false,
}: {
  form: UseFormReturnType<StreamFields>
  is_disabled: boolean
  is_new?: boolean
}): ReactElement {
  const t = useMessages().logStreams
  return (
    <>
      <TextInput label={t.name} maxLength={255} disabled={is_disabled} data-autofocus {...form.getInputProps('name')} />
      <TextInput
        label={t.endpoint}
        description={t.endpointHint}
        type="url"
        disabled={is_disabled}
        {...form.getInputProps('endpoint')}
      />
      <TextInput
        label={t.authorization}
        description={is_new ? t.authorizationHint : t.authorizationKept}
        type="password"
        autoComplete="new-password"
        disabled={is_disabled}
        {...form.getInputProps('authorization')}
      />
      <MultiSelect
        label={t.categories}
        description={t.categoriesHint}
        data={Object.entries(t.categoryNames).map(([value, label]) => ({ value, label }))}
        searchable
        clearable
        disabled={is_disabled}
        {...form.getInputProps('categories')}
      />
      <Select
        label={t.format}
        data={formats.map((value) => ({ value, label: t.formats[value] }))}
        allowDeselect={false}
        disabled={is_disabled}
        {...form.getInputProps('format')}
      />
      <TextInput
        label={t.contentType}
        placeholder="application/json"
        maxLength={100}
        disabled={is_disabled}
        {...form.getInputProps('content_type')}
      />
      <Textarea
        label={t.headers}
        description={t.headersHint}
        rows={rows_of_headers}
        spellCheck={false}
        disabled={is_disabled}
        {...form.getInputProps('headers')}
      />
    </>
  )
}
