import { defined } from '../base/defined.ts'
import type { TSchema } from 'typebox'
import { managementScopes } from './management-scopes.ts'
import { namedSchemas } from './named-schemas.ts'
import type { Route } from './route.ts'
import { routes } from './routes.ts'

type Json = Record<string, unknown>

const statusText = { 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No content' } as const

const Failure = {
  type: 'object',
  required: ['statusCode', 'error', 'message'],
  properties: {
    statusCode: { type: 'integer' },
    error: { type: 'string', description: 'Reason phrase of the status.' },
    message: { type: 'string', description: 'Description of the error.' },
    errorCode: { type: 'string', description: 'Machine-readable error code.' },
  },
}

// A named schema becomes a reference, except where it is defined.
function withReferences(schema: unknown, is_definition = false): unknown {
  const name = namedSchemas.get(schema)
  if (name !== undefined && !is_definition) return { $ref: `#/components/schemas/${name}` }
  if (Array.isArray(schema)) return schema.map((item) => withReferences(item))
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withReferences(value)]))
}

function parameters(location: 'path' | 'query', schema: Route['params']): Json[] {
  if (!schema) return []
  const required = new Set(schema.required)
  return Object.entries<TSchema>(schema.properties).map(([name, property]) => {
    const { description, ...rest } = withReferences(property, true) as Json
    return { name, in: location, required: required.has(name), ...defined({ description }), schema: rest }
  })
}

function operation(name: string, route: Route): Json {
  const body = route.body && withReferences(route.body)
  const failures = route.scopes.length > 0 ? [400, 401, 403, 404, 409, 413, 415, 429] : [400, 404]
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    ...defined({ description: route.description }),
    ...(route.scopes.length > 0 ? { security: route.scopes.map((scope) => ({ bearer: [scope] })) } : {}),
    parameters: [...parameters('path', route.params), ...parameters('query', route.query)],
    ...(route.form || body
      ? {
          requestBody: {
            required: true,
            content: {
              ...(route.form ? { 'multipart/form-data': { schema: withReferences(route.form) } } : {}),
              ...(body
                ? { 'application/json': { schema: body }, 'application/x-www-form-urlencoded': { schema: body } }
                : {}),
            },
          },
        }
      : {}),
    responses: {
      [route.status]: {
        description: statusText[route.status],
        ...(route.status === 204
          ? {}
          : {
              content: {
                [route.file ?? (route.event_stream === true ? 'text/event-stream' : 'application/json')]: {
                  schema: withReferences(route.response),
                },
                ...Object.fromEntries((route.or_file ?? []).map((type) => [type, { schema: { type: 'string' } }])),
              },
            }),
      },
      ...Object.fromEntries(failures.map((status) => [status, { $ref: '#/components/responses/Failure' }])),
    },
  }
}

/**
 * The Management API as an OpenAPI 3.1 document, made from `routes`.
 *
 * @param server address of the tenant, with the trailing slash
 */
export function openApiDocument(server = 'https://tenant.example/'): Json {
  const paths: Record<string, Json> = {}
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.url.replaceAll(/:([a-z_]+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Wherry Management API',
      version: '2',
      description: `Send a bearer token whose audience is \`${server}api/v2/\`. Any one of an operation's scopes permits it. Every response reports the rate limit in x-ratelimit-limit, x-ratelimit-remaining and x-ratelimit-reset.`,
    },
    servers: [{ url: server.replace(/\/$/, '') }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: managementScopes.map((scope) => `- \`${scope.value}\`: ${scope.description}`).join('\n'),
        },
      },
      responses: {
        Failure: {
          description: 'The request was refused.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
        },
      },
      schemas: {
        Failure,
        ...Object.fromEntries([...namedSchemas].map(([schema, name]) => [name, withReferences(schema, true)])),
      },
    },
  }
}
