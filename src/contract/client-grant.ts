import { Type, type Static } from 'typebox'
import { patterns } from './patterns.ts'
import { IdParams, List, NoContent, Strict, Text, Choice, checkpointPaging, offsetPaging, type Route } from './route.ts'

const scope = Type.Array(Type.String({ minLength: 1, maxLength: 280, pattern: patterns.no_spaces.pattern }), {
  maxItems: 2000,
  description: 'Scopes that the client may request',
})
// A property without effect here is accepted only with the value that means this.
const usage = Choice(['deny'], 'There are no organizations')
const any_organization = Type.Literal(false, { description: 'There are no organizations' })
const subjects = Choice(['client', 'user'], 'On whose behalf')
const details = Type.Optional(Type.Array(Text(255, 'Type'), { maxItems: 0, description: 'Not supported' }))

/** A client grant to create. */
export const NewClientGrant = Strict({
  client_id: Text(128, 'The client'),
  audience: Text(600, 'Identifier of the resource server'),
  scope: Type.Optional(scope),
  allow_all_scopes: Type.Optional(
    Type.Boolean({
      description:
        'Every scope the resource server defines, now and later, except those of the Management API that are granted by name only (`read:outbox`, `export:password_hashes`, and `read:tenants`, `create:tenants` and `update:tenants` of the operator)',
    }),
  ),
  organization_usage: Type.Optional(usage),
  allow_any_organization: Type.Optional(any_organization),
  subject_type: Type.Optional(Choice(['client'], 'The client itself')),
  authorization_details_types: details,
})
export type NewClientGrant = Static<typeof NewClientGrant>

/** Changes to a client grant. */
export const ClientGrantChange = Strict({
  scope: Type.Optional(Type.Union([scope, Type.Null()])),
  allow_all_scopes: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  organization_usage: Type.Optional(Type.Union([usage, Type.Null()])),
  allow_any_organization: Type.Optional(Type.Union([any_organization, Type.Null()])),
  subject_type: Type.Optional(Choice(['client'], 'The client itself: it never changes')),
  authorization_details_types: details,
})
export type ClientGrantChange = Static<typeof ClientGrantChange>

/** A client grant, as the API shows one. */
export const ClientGrant = Type.Object({
  id: Type.String(),
  client_id: Type.String(),
  audience: Type.String(),
  scope: Type.Array(Type.String()),
  allow_all_scopes: Type.Optional(Type.Boolean()),
  subject_type: Type.Optional(Type.String()),
})
export type ClientGrant = Static<typeof ClientGrant>

/** Operations on client grants. */
export const clientGrantRoutes = {
  listClientGrants: {
    method: 'GET',
    url: '/api/v2/client-grants',
    scopes: ['read:client_grants'],
    tag: 'client-grants',
    summary: 'List client grants',
    status: 200,
    list: 'client_grants',
    query: Strict({
      ...offsetPaging,
      ...checkpointPaging,
      audience: Type.Optional(Text(600, 'Only for this resource server')),
      client_id: Type.Optional(Text(128, 'Only of this client')),
      allow_any_organization: Type.Optional(Type.Boolean({ description: 'Accepted' })),
      subject_type: Type.Optional(subjects),
      default_for: Type.Optional(Text(128, 'Accepted')),
    }),
    response: List('client_grants', ClientGrant),
  },
  createClientGrant: {
    method: 'POST',
    url: '/api/v2/client-grants',
    scopes: ['create:client_grants'],
    tag: 'client-grants',
    summary: 'Grant a client access to a resource server',
    status: 201,
    body: NewClientGrant,
    response: ClientGrant,
  },
  getClientGrant: {
    method: 'GET',
    url: '/api/v2/client-grants/:id',
    scopes: ['read:client_grants'],
    tag: 'client-grants',
    summary: 'Get a client grant',
    status: 200,
    params: IdParams,
    response: ClientGrant,
  },
  updateClientGrant: {
    method: 'PATCH',
    url: '/api/v2/client-grants/:id',
    scopes: ['update:client_grants'],
    tag: 'client-grants',
    summary: 'Update a client grant',
    status: 200,
    params: IdParams,
    body: ClientGrantChange,
    response: ClientGrant,
  },
  deleteClientGrant: {
    method: 'DELETE',
    url: '/api/v2/client-grants/:id',
    scopes: ['delete:client_grants'],
    tag: 'client-grants',
    summary: 'Delete a client grant',
    description: 'Not one of a client whose grants for this API reach beyond what the caller may grant.',
    status: 204,
    params: IdParams,
    response: NoContent,
  },
} satisfies Record<string, Route>
