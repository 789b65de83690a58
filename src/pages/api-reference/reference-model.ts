import { managementScopes } from '../../contract/management-scopes.ts'
import { openApiDocument } from '../../contract/openapi.ts'
import { memberOf, membersOf, objectsIn, typeOf, type Member, type Schema, type TypePart } from './describe-schema.ts'

type Content = Record<string, { schema: Schema }>
type Parameter = { name: string; in: 'path' | 'query'; required: boolean; description?: string; schema: Schema }
type DocumentOperation = {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  security?: { bearer: string[] }[]
  parameters: Parameter[]
  requestBody?: { content: Content }
  responses: Record<string, { content?: Content }>
}
type Document = {
  paths: Record<string, Record<string, DocumentOperation>>
  components: { schemas: Record<string, Schema> }
}

/** What is sent or answered: its content type, its type, and its members. */
export type Payload = { content_type: string; type: TypePart[]; description: string; members: Member[] }

/** An operation as the reference shows it. */
export type ReferenceOperation = {
  id: string
  tag: string
  method: string
  path: string
  summary: string
  description: string
  /** Any one of these permits the operation. */
  scopes: string[]
  path_parameters: Member[]
  query_parameters: Member[]
  body: Payload | undefined
  status: string
  response: Payload | undefined
  /** The objects of the body and of the response that are described by name. */
  objects: string[]
}

/** An object that operations refer to. */
export type ReferenceObject = { name: string; description: string; type: TypePart[]; members: Member[] }

/** The Management API for its pages: the operations by tag, in the order of the contract, and the objects by name. */
export type Reference = {
  tags: Map<string, ReferenceOperation[]>
  objects: Map<string, ReferenceObject & { objects: string[] }>
  scopes: typeof managementScopes
}

function payloadOf(content: Content | undefined): Payload | undefined {
  const [first] = Object.entries(content ?? {})
  if (!first) return undefined
  const [content_type, { schema }] = first
  return { content_type, type: typeOf(schema), description: schema.description ?? '', members: membersOf(schema) }
}

const schemasOf = (content: Content | undefined): Schema[] => Object.values(content ?? {}).map(({ schema }) => schema)

function parametersIn(operation: DocumentOperation, location: Parameter['in']): Member[] {
  return operation.parameters
    .filter((parameter) => parameter.in === location)
    .map(({ name, required, description = '', schema }) => memberOf(name, { ...schema, description }, required))
}

function operationOf(method: string, path: string, operation: DocumentOperation): ReferenceOperation {
  const [[status, response] = ['', {}]] = Object.entries(operation.responses)
  const schemas = [...schemasOf(operation.requestBody?.content), ...schemasOf(response.content)]
  return {
    id: operation.operationId,
    tag: operation.tags[0] ?? '',
    method: method.toUpperCase(),
    path,
    summary: operation.summary,
    description: operation.description ?? '',
    scopes: (operation.security ?? []).flatMap(({ bearer }) => bearer),
    path_parameters: parametersIn(operation, 'path'),
    query_parameters: parametersIn(operation, 'query'),
    body: payloadOf(operation.requestBody?.content),
    status,
    response: payloadOf(response.content),
    objects: schemas.flatMap(objectsIn),
  }
}

/** Builds the reference from the contract. It takes some milliseconds: keep the result. */
export function buildReference(): Reference {
  // The document is typed as JSON: its parts have the types that `contract/openapi.ts` writes.
  const document = openApiDocument() as unknown as Document
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationOf(method, path, operation)),
  )
  const objects = Object.entries(document.components.schemas).map(([name, schema]) => {
    const { description = '' } = schema
    return [
      name,
      { name, description, type: typeOf(schema), members: membersOf(schema), objects: objectsIn(schema) },
    ] as const
  })
  return { tags: Map.groupBy(operations, ({ tag }) => tag), objects: new Map(objects), scopes: managementScopes }
}

/** The objects that operations need to be read: those that they refer to, and those that these refer to, by name. */
export function objectsOf({ objects }: Reference, operations: readonly ReferenceOperation[]): ReferenceObject[] {
  const found = new Map<string, ReferenceObject>()
  const visit = (name: string): void => {
    const object = objects.get(name)
    if (!object || found.has(name)) return
    found.set(name, object)
    object.objects.forEach(visit)
  }
  operations.flatMap((operation) => operation.objects).forEach(visit)
  return [...found.values()].toSorted((one, other) => one.name.localeCompare(other.name))
}

/** The operations that have all words of a text in their method, path, name, summary, description or scopes. */
export function findOperations({ tags }: Reference, text: string): ReferenceOperation[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return [...tags.values()].flat().filter(({ id, method, path, summary, description, scopes }) => {
    const searched = [id, method, path, summary, description, ...scopes].join('\n').toLowerCase()
    return words.every((word) => searched.includes(word))
  })
}
