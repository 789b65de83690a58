import { Type, type Static } from 'typebox'
import { patterns } from './patterns.ts'
import {
  IdParams,
  List,
  Name,
  NoContent,
  Strict,
  Text,
  Choice,
  checkpointPaging,
  offsetPaging,
  projection,
  type Route,
} from './route.ts'

const kept = Type.Optional(Type.Unknown({ description: 'Stored and returned unchanged.' }))
const flag = (description: string) => Type.Optional(Type.Boolean({ description }))

const properties = {
  name: Type.Optional(Name),
  scopes: Type.Optional(
    Type.Array(
      Strict({
        value: Type.String({
          minLength: 1,
          maxLength: 280,
          pattern: patterns.no_spaces.pattern,
          description: 'The scope, without spaces',
        }),
        description: Type.Optional(Type.String({ maxLength: 500, description: 'What it permits' })),
      }),
      { maxItems: 2000, description: 'Scopes that clients may request' },
    ),
  ),
  signing_alg: Type.Optional(Choice(['RS256'], 'Tokens are signed with RS256')),
  signing_secret: Type.Optional(
    Type.String({ minLength: 16, maxLength: 1024, description: 'Accepted, not kept: it has no effect on RS256' }),
  ),
  allow_offline_access: flag('Whether refresh tokens may be issued'),
  allow_online_access: flag('Kept'),
  allow_online_access_with_ephemeral_sessions: flag('Kept'),
  skip_consent_for_verifiable_first_party_clients: flag('Kept'),
  token_lifetime: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 2_592_000, description: 'Lifetime of an access token, in seconds' }),
  ),
  token_lifetime_for_web: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 2_592_000, description: 'The same for tokens from a browser flow' }),
  ),
  token_lifetime_for_anonymous_access_tokens: kept,
  enforce_policies: flag('Whether permissions of roles are enforced'),
  token_dialect: Type.Optional(Choice(['access_token', 'access_token_authz'], 'Format of the access token')),
  token_encryption: kept,
  consent_policy: kept,
  authorization_details: kept,
  authorization_policy: kept,
  proof_of_possession: kept,
  subject_type_authorization: kept,
  client: kept,
  client_id: kept,
}

// As the API shows it: tools send back what they read.
const is_system = Type.Optional(Type.Literal(false, { description: 'Not the Management API itself' }))

/** A resource server to create. */
export const NewResourceServer = Strict({
  ...properties,
  is_system,
  identifier: Type.String({
    minLength: 1,
    maxLength: 600,
    pattern: patterns.no_spaces_around.pattern,
    description: 'The audience of its tokens; never changes',
  }),
})
export type NewResourceServer = Static<typeof NewResourceServer>

/** Changes to a resource server. */
export const ResourceServerChange = Strict({ ...properties, is_system })
export type ResourceServerChange = Static<typeof ResourceServerChange>

const { signing_secret: _never, ...shown } = properties

/** A resource server, as the API shows one. */
export const ResourceServer = Type.Object({
  ...shown,
  id: Type.String(),
  identifier: Type.String(),
  is_system: Type.Boolean({ description: 'The Management API itself; it cannot change.' }),
})
export type ResourceServer = Static<typeof ResourceServer>

/** Defaults of a new resource server. */
export const newResourceServerDefaults = {
  signing_alg: 'RS256',
  allow_offline_access: false,
  skip_consent_for_verifiable_first_party_clients: true,
  token_lifetime: 86_400,
  token_lifetime_for_web: 7200,
  enforce_policies: false,
  token_dialect: 'access_token',
  scopes: [],
} satisfies ResourceServerChange

/** Operations on resource servers. */
export const resourceServerRoutes = {
  listResourceServers: {
    method: 'GET',
    url: '/api/v2/resource-servers',
    scopes: ['read:resource_servers'],
    tag: 'resource-servers',
    summary: 'List resource servers',
    status: 200,
    list: 'resource_servers',
    query: Strict({
      ...offsetPaging,
      ...checkpointPaging,
      ...projection,
      identifiers: Type.Optional(
        Type.Array(Text(600, 'Identifier'), { maxItems: 100, description: 'Only those with these identifiers' }),
      ),
      q: Type.Optional(
        Type.String({
          maxLength: 600,
          description: 'Ours: part of the name or of the identifier, or the id, to look for',
        }),
      ),
    }),
    response: List('resource_servers', ResourceServer),
  },
  createResourceServer: {
    method: 'POST',
    url: '/api/v2/resource-servers',
    scopes: ['create:resource_servers'],
    tag: 'resource-servers',
    summary: 'Create a resource server',
    status: 201,
    body: NewResourceServer,
    response: ResourceServer,
  },
  getResourceServer: {
    method: 'GET',
    url: '/api/v2/resource-servers/:id',
    scopes: ['read:resource_servers'],
    tag: 'resource-servers',
    summary: 'Get a resource server',
    description: 'By id, or by its identifier percent-encoded.',
    status: 200,
    params: IdParams,
    query: Strict({ ...projection }),
    response: ResourceServer,
  },
  updateResourceServer: {
    method: 'PATCH',
    url: '/api/v2/resource-servers/:id',
    scopes: ['update:resource_servers'],
    tag: 'resource-servers',
    summary: 'Update a resource server',
    status: 200,
    params: IdParams,
    body: ResourceServerChange,
    response: ResourceServer,
  },
  deleteResourceServer: {
    method: 'DELETE',
    url: '/api/v2/resource-servers/:id',
    scopes: ['delete:resource_servers'],
    tag: 'resource-servers',
    summary: 'Delete a resource server',
    status: 204,
    params: IdParams,
    response: NoContent,
  },
} satisfies Record<string, Route>
