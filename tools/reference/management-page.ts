// `management-api.md`: the contract map as a manual.
import { managementScopes } from '../../src/contract/management-scopes.ts'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'
import { type JsonSchema, membersOf, typeText } from './json-schema.ts'
import { code, page, table } from './markdown.ts'
import { namedSchemas } from './named-schemas.ts'

/** `management-api.md`: every operation with its scopes, parameters, body and answer. */
export function managementPage(): string {
  const all = Object.entries<Route>(routes)
  const tags = [...new Set(all.map(([, route]) => route.tag))]
  return page('Management API', [
    'Every operation takes a bearer token for the Management API (`Authorization: Bearer …`) with one of the scopes named, except where it says public. Bodies are JSON; a member that is not named here is refused with 400. The same contract as OpenAPI 3.1: [openapi.json](openapi.json). How requests are refused: [problems.md](problems.md).',
    ...tags.flatMap((tag) => [
      `## ${tag}`,
      ...all.filter(([, route]) => route.tag === tag).flatMap(([name, route]) => operation(name, route)),
    ]),
    '## Objects',
    'Lists are arrays; with `include_totals` or a checkpoint they are objects around the array.',
    ...answeredObjects(),
    '## Scopes',
    table(
      ['scope', 'permits'],
      managementScopes.map(({ value, description }) => [code(value), description]),
    ),
  ])
}

function operation(name: string, route: Route): string[] {
  const scopes = route.scopes.map((scope) => code(scope)).join(' or ')
  return [
    `### ${route.summary}`,
    `${code(`${route.method} ${route.url}`)} · ${scopes === '' ? 'public' : `scope ${scopes}`} · operation ${code(name)}${route.operator === true ? ' · operator only' : ''}`,
    route.description ?? '',
    members('Path', route.params),
    members('Query', route.query),
    members('Body', route.body),
    answer(route),
  ]
}

function members(title: string, schema: unknown): string {
  if (schema === undefined) return ''
  const rows = membersOf(schema as JsonSchema).map(({ path, type, required, description }) => [
    code(path),
    type,
    required ? 'yes' : '',
    description,
  ])
  if (rows.length === 0) return ''
  return `**${title}**\n\n${table(['member', 'value', 'required', 'meaning'], rows)}`
}

function answer(route: Route): string {
  if (route.status === 204) return '**Answer** 204, no content.'
  const schema = shown(route.response)
  const list = isList(route.response) ? 'a list of ' : ''
  const name = namedSchemas.get(schema)
  if (name !== undefined) return `**Answer** ${route.status}, ${list}[${name}](#${name.toLowerCase()})`
  const table_of_members = answerMembers(schema)
  if (table_of_members === '') return `**Answer** ${route.status}, ${list}${typeText(schema)}.`
  return `**Answer** ${route.status}, ${list === '' ? 'an object' : 'a list of objects'}\n\n${table_of_members}`
}

function answeredObjects(): string[] {
  const answered = new Set(Object.values<Route>(routes).map(({ response }) => shown(response)))
  const objects = [...answered].filter((schema) => namedSchemas.has(schema))
  const sorted = objects.map((schema) => ({ name: namedSchemas.get(schema) ?? '', schema }))
  sorted.sort((a, b) => a.name.localeCompare(b.name, 'en'))
  return sorted.flatMap(({ name, schema }) => [`### ${name}`, schema.description ?? '', answerMembers(schema)])
}

function answerMembers(schema: JsonSchema): string {
  const rows = membersOf(schema).map(({ path, type, description }) => [code(path), type, description])
  return table(['member', 'value', 'meaning'], rows)
}

function isList(schema: JsonSchema): boolean {
  return schema.type === 'array' || (schema.anyOf ?? []).some((choice) => choice.type === 'array')
}

/** The item of a list, or the schema itself. */
function shown(schema: JsonSchema): JsonSchema {
  const array = schema.type === 'array' ? schema : schema.anyOf?.find((choice) => choice.type === 'array')
  if (array?.items === undefined || Array.isArray(array.items)) return schema
  return array.items
}
