// `openapi.json`: the contract map as OpenAPI 3.1. Its schemas are JSON Schema, like those of the contract.
import { readFileSync } from 'node:fs'
import { managementScopes } from '../../src/contract/management-scopes.ts'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'
import type { JsonSchema } from './json-schema.ts'
import { namedSchemas } from './named-schemas.ts'

/** The Management API as an OpenAPI 3.1 document. */
export function openApi(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) }
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Wherry Management API',
      version: manifest.version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: 'https://{domain}',
        variables: { domain: { default: 'localhost:8443', description: 'Domain of the tenant' } },
      },
    ],
    tags: [...new Set(Object.values<Route>(routes).map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries([...namedSchemas].map(([schema, name]) => [name, withReferences(schema, true)])),
      securitySchemes: { management: security() },
      responses: { Problem: problemResponse() },
    },
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

function operation(name: string, route: Route): unknown {
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    parameters: [...parameters('path', route.params), ...parameters('query', route.query)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: withReferences(route.body) } } } }),
    responses: {
      [route.status]:
        route.status === 204
          ? { description: 'Done.' }
          : { description: 'Done.', content: { 'application/json': { schema: withReferences(route.response) } } },
      default: { $ref: '#/components/responses/Problem' },
    },
    // One of the scopes is sufficient.
    security: route.scopes.map((scope) => ({ management: [scope] })),
  }
}

function parameters(location: 'path' | 'query', schema: unknown): unknown[] {
  const { properties = {}, required = [] } = (schema ?? {}) as JsonSchema
  return Object.entries(properties).map(([name, member]) => {
    const { description, ...rest } = withReferences(member) as JsonSchema
    return {
      name,
      in: location,
      required: location === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }
  })
}

// A named schema becomes a reference, except at the top of its own definition.
function withReferences(schema: unknown, top = false): unknown {
  const name = namedSchemas.get(schema)
  if (name !== undefined && !top) return { $ref: `#/components/schemas/${name}` }
  if (Array.isArray(schema)) return schema.map((item) => withReferences(item))
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withReferences(value)]))
}

function security(): unknown {
  const scopes = Object.fromEntries(managementScopes.map(({ value, description }) => [value, description]))
  return { type: 'oauth2', flows: { clientCredentials: { tokenUrl: '/oauth/token', scopes } } }
}

function problemResponse(): unknown {
  const properties = {
    statusCode: { type: 'integer' },
    error: { type: 'string' },
    message: { type: 'string' },
    errorCode: { type: 'string' },
  }
  const schema = { type: 'object', required: ['statusCode', 'error', 'message'], properties }
  return { description: 'The request was refused.', content: { 'application/json': { schema } } }
}
