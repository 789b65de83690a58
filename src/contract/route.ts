import { defined } from '../base/defined.ts'
import { Type, type TObject, type TSchema } from 'typebox'
import { patterns } from './patterns.ts'

/** One operation of the Management API: all that mounting, validating, typing and documenting it needs. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the tenant's host; `:name` stands for a path parameter. */
  url: string
  /** A client's token needs any one of these. */
  scopes: readonly string[]
  /** A user's token with any one of these reaches the route for the user's own id. Absent: no user's token does. */
  current_user?: readonly string[]
  tag: string
  summary: string
  description?: string
  /** The status of success. */
  status: 200 | 201 | 202 | 204
  params?: TObject
  query?: TObject
  body?: TSchema
  /** The fields of a `multipart/form-data` body, files included. The handler reads it. */
  form?: TObject
  response: TSchema
  /** The member that holds the items, where a list answers an object: `fields` projects them. */
  list?: string
  /** Only tokens of the default tenant pass: the operator's own routes. */
  operator?: true
  /** Only the token of an admin passes, at the admin origin: no client of a tenant can have the right. */
  admins_only?: true
  /** The content type of a response that is a file. */
  file?: string
  /** The content types of files that the response may be instead of JSON. */
  or_file?: readonly string[]
  /** A read with this parameter is logged like a change. */
  logged_with?: string
  /** A read of an admin is logged like a change, unless this parameter is false. */
  admins_logged_unless?: string
  /** It answers something and changes nothing, although its input is a body: it is not logged. */
  changes_nothing?: true
  /** The response is a stream of server-sent events. */
  event_stream?: true
}

/** A server-sent event; `data` is sent as JSON. */
export type ServerEvent = { id?: string; event: string; data: unknown }

/** The response of a route with `event_stream`: the handler returns a function that is called again and again for the next events. */
export const EventStream = (description: string) =>
  Type.Unsafe<() => Promise<ServerEvent[]>>({ type: 'string', description })

/** A file that is sent as it is read: its name, and the content that the handler streams. `type` is the content type, where a route has several. */
export type SentFile = { name: string; content: AsyncIterable<Uint8Array>; type?: string }

/** The response of a route with `file`. */
export const FileContent = (description: string) =>
  Type.Unsafe<SentFile>({ type: 'string', format: 'binary', description })

/** A string of 1 to `max` characters. */
export const Text = (max: number, description: string) => Type.String({ minLength: 1, maxLength: max, description })

/** The name of a client or a resource server. */
export const Name = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: patterns.name.pattern,
  description: 'Name, without < and >',
})

/** An absolute http(s) URL. The pattern alone would permit `https://[bad/`. */
export const HttpUrl = (description: string) =>
  Type.String({ maxLength: 2048, pattern: patterns.http_url.pattern, format: 'url', description })

/** An absolute http(s) URL, or an empty string for none. */
export const HttpUrlOrEmpty = (description: string) => Type.Union([HttpUrl(description), Type.Literal('')])

/** One of several strings. */
export const Choice = <const T extends string[]>(choices: readonly [...T], description: string) =>
  Type.Enum(choices as [...T], { description })

/** An object that refuses members it does not name. */
export const Strict = <T extends Record<string, TSchema>>(members: T, description?: string) =>
  Type.Object(members, { additionalProperties: false, ...defined({ description }) })

/** A time: ISO 8601 with milliseconds, UTC. */
export const Timestamp = (description: string) => Type.String({ format: 'date-time', description })

/** Any JSON object, stored and returned unchanged. */
export const AnyObject = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description })

/** The response of a route that has no body. */
export const NoContent = Type.Null({ description: 'No content.' })

/** Path parameter `id`. */
export const IdParams = Strict({ id: Text(1024, 'Id, percent-encoded') })

/** Members of every list that is read page by page. */
export const offsetPaging = {
  page: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000, description: 'Page to read, from 0.' })),
  per_page: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, description: 'Items on a page; default 50.' })),
  include_totals: Type.Optional(Type.Boolean({ description: 'Answer an object with totals instead of an array.' })),
}

/** Members of every list that is read from a checkpoint. */
export const checkpointPaging = {
  from: Type.Optional(Text(1024, '`next` of the previous response.')),
  take: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Items to read; default 50.' })),
}

/** Members that choose which properties are answered. */
export const projection = {
  fields: Type.Optional(
    Type.String({ maxLength: 2000, description: 'Comma-separated properties to answer, or to leave out.' }),
  ),
  include_fields: Type.Optional(Type.Boolean({ description: 'Whether `fields` are answered (default) or left out.' })),
}

/** The responses of a list: an array, an object with totals, or an object with the next checkpoint. */
export const List = <const N extends string, T extends TSchema>(name: N, item: T) =>
  Type.Union([
    Type.Array(item),
    Type.Intersect([
      Type.Object({
        start: Type.Integer(),
        limit: Type.Integer(),
        length: Type.Optional(Type.Integer()),
        total: Type.Integer(),
      }),
      Type.Record(Type.Literal(name), Type.Array(item)),
    ]),
    Type.Intersect([
      Type.Object({ total: Type.Optional(Type.Integer()), next: Type.Optional(Type.String()) }),
      Type.Record(Type.Literal(name), Type.Array(item)),
    ]),
  ])
