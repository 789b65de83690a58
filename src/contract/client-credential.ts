import { Type, type Static } from 'typebox'
import { patterns } from './patterns.ts'
import { IdParams, NoContent, Strict, Text, Choice, Timestamp, type Route } from './route.ts'

/** The most credentials that a client may have. */
export const client_credentials_max = 10

/** The most credentials that a client may authenticate with at the same time: the one in use, and its successor. */
export const enabled_credentials_max = 2

/** The signature algorithms of client assertions. */
export const credential_algorithms = ['RS256', 'RS384', 'PS256'] as const
/** A signature algorithm of client assertions. */
export type CredentialAlgorithm = (typeof credential_algorithms)[number]

const alg = Choice(credential_algorithms, 'The one algorithm of its signatures; default RS256')
const expires_at = Timestamp('When it expires; without a time it never does')

/** A credential to create: a public key. */
export const NewClientCredential = Strict({
  credential_type: Choice(['public_key'], 'A public key. Certificates for mutual TLS are not supported'),
  name: Type.Optional(Text(128, 'Name')),
  pem: Text(
    16_384,
    'The public key (SPKI or PKCS #1) or its certificate (X.509), as PEM: RSA of 2,048 to 8,192 bits. A private key is refused',
  ),
  alg: Type.Optional(alg),
  parse_expiry_from_cert: Type.Optional(
    Type.Boolean({ description: 'Whether expires_at is the end of the certificate; default false' }),
  ),
  expires_at: Type.Optional(expires_at),
  kid: Type.Optional(
    Type.String({
      pattern: patterns.key_id.pattern,
      description: 'Id of the key, in the header of assertions; default: its thumbprint (RFC 7638)',
    }),
  ),
})
export type NewClientCredential = Static<typeof NewClientCredential>

/** A change to a credential. */
export const ClientCredentialChange = Strict({
  expires_at: Type.Optional(Type.Union([expires_at, Type.Null()], { description: 'null: it never expires' })),
})
export type ClientCredentialChange = Static<typeof ClientCredentialChange>

/** A credential of a client, as the API shows one. */
export const ClientCredential = Type.Object({
  id: Type.String(),
  credential_type: Type.Literal('public_key'),
  name: Type.Optional(Type.String()),
  kid: Type.String({ description: 'Id of the key, in the header of assertions.' }),
  alg,
  created_at: Timestamp('When it was created.'),
  updated_at: Timestamp('When it last changed.'),
  expires_at: Type.Optional(expires_at),
})
export type ClientCredential = Static<typeof ClientCredential>

const only_key = 'With private_key_jwt the client authenticates with its keys (RFC 7523), and its secret is refused'

/** How a new client authenticates with a key. Its credentials are created with it. */
export const NewAuthenticationMethods = Strict(
  {
    private_key_jwt: Strict({
      credentials: Type.Array(NewClientCredential, {
        minItems: 1,
        maxItems: enabled_credentials_max,
        description: 'Its keys',
      }),
    }),
  },
  only_key,
)

/** How a client authenticates with a key: the credentials that it may use. */
export const AuthenticationMethods = Strict(
  {
    private_key_jwt: Strict({
      credentials: Type.Array(Strict({ id: Text(64, 'Id of a credential of the client') }), {
        maxItems: enabled_credentials_max,
        uniqueItems: true,
        description: 'Its keys, by the ids of its credentials; without one it cannot authenticate',
      }),
    }),
  },
  only_key,
)
export type AuthenticationMethods = Static<typeof AuthenticationMethods>

const url = '/api/v2/clients/:id/credentials'
const tag = 'clients'
const CredentialParams = Strict({ ...IdParams.properties, credential_id: Text(64, 'Id of the credential') })

/** Operations on the credentials of clients. */
export const clientCredentialRoutes = {
  listClientCredentials: {
    method: 'GET',
    url,
    scopes: ['read:client_credentials'],
    tag,
    summary: 'List the credentials of a client',
    status: 200,
    params: IdParams,
    response: Type.Array(ClientCredential, { description: 'Oldest first.' }),
  },
  createClientCredential: {
    method: 'POST',
    url,
    scopes: ['create:client_credentials'],
    tag,
    summary: 'Create a credential of a client',
    description: `At most ${client_credentials_max}. It is not used until client_authentication_methods of the client names it.`,
    status: 201,
    params: IdParams,
    body: NewClientCredential,
    response: ClientCredential,
  },
  getClientCredential: {
    method: 'GET',
    url: `${url}/:credential_id`,
    scopes: ['read:client_credentials'],
    tag,
    summary: 'Get a credential of a client',
    status: 200,
    params: CredentialParams,
    response: ClientCredential,
  },
  updateClientCredential: {
    method: 'PATCH',
    url: `${url}/:credential_id`,
    scopes: ['update:client_credentials'],
    tag,
    summary: 'Change when a credential of a client expires',
    status: 200,
    params: CredentialParams,
    body: ClientCredentialChange,
    response: ClientCredential,
  },
  deleteClientCredential: {
    method: 'DELETE',
    url: `${url}/:credential_id`,
    scopes: ['delete:client_credentials'],
    tag,
    summary: 'Delete a credential of a client',
    description: 'It is removed from client_authentication_methods, too: assertions that its key signed are refused.',
    status: 204,
    params: CredentialParams,
    response: NoContent,
  },
} satisfies Record<string, Route>
