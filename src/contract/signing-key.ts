import { Type, type Static } from 'typebox'
import { Timestamp, Strict, Text, type Route } from './route.ts'

/** A signing key of the tenant, as the API shows it. Properties that do not apply to a key are absent. */
export const SigningKey = Type.Object({
  kid: Type.String({ description: 'Id of the key, in the header of tokens that it signs.' }),
  cert: Type.String({ description: 'Its certificate as PEM.' }),
  pkcs7: Type.String({ description: 'The certificate in a PKCS #7 envelope, as PEM.' }),
  fingerprint: Type.String({ description: 'SHA-1 of the certificate, in hex with colons.' }),
  thumbprint: Type.String({ description: 'SHA-1 of the certificate, in hex.' }),
  current: Type.Optional(Type.Literal(true, { description: 'It signs tokens.' })),
  next: Type.Optional(
    Type.Literal(true, { description: 'It is published ahead; the next rotation makes it current.' }),
  ),
  previous: Type.Optional(Type.Literal(true, { description: 'It signed tokens before; they are still valid.' })),
  revoked: Type.Optional(Type.Literal(true, { description: 'Tokens that it signed are refused.' })),
  current_since: Type.Optional(Timestamp('When it became current.')),
  current_until: Type.Optional(Timestamp('When another key became current.')),
  revoked_at: Type.Optional(Timestamp('When it was revoked.')),
})
export type SigningKey = Static<typeof SigningKey>

const KeyAndCertificate = Type.Object({
  kid: Type.String({ description: 'Id of the key.' }),
  cert: Type.String({ description: 'Its certificate as PEM.' }),
})
const KidParams = Strict({ kid: Text(64, 'Id of the key') })

/** Operations on signing keys. */
export const signingKeyRoutes = {
  listSigningKeys: {
    method: 'GET',
    url: '/api/v2/keys/signing',
    scopes: ['read:signing_keys'],
    tag: 'keys',
    summary: 'List signing keys',
    status: 200,
    response: Type.Array(SigningKey, { description: 'The current key, then the others, newest first.' }),
  },
  getSigningKey: {
    method: 'GET',
    url: '/api/v2/keys/signing/:kid',
    scopes: ['read:signing_keys'],
    tag: 'keys',
    summary: 'Get a signing key',
    status: 200,
    params: KidParams,
    response: SigningKey,
  },
  rotateSigningKey: {
    method: 'POST',
    url: '/api/v2/keys/signing/rotate',
    scopes: ['create:signing_keys', 'update:signing_keys'],
    tag: 'keys',
    summary: 'Rotate the signing key',
    description:
      'The key that was published ahead becomes current, and a new one is published ahead; the response names the current key. Tokens signed by the previous key stay valid. Other processes of the server follow within 5 seconds.',
    status: 201,
    response: KeyAndCertificate,
  },
  revokeSigningKey: {
    method: 'PUT',
    url: '/api/v2/keys/signing/:kid/revoke',
    scopes: ['update:signing_keys'],
    tag: 'keys',
    summary: 'Revoke a signing key',
    description:
      'The key is no longer published, and every token that it signed is refused: at once by this process, within 5 seconds by other processes, and by applications as soon as they fetch the published keys again. If it is the current key, the next one becomes current. Revoking a revoked key has no effect.',
    status: 200,
    params: KidParams,
    response: KeyAndCertificate,
  },
} satisfies Record<string, Route>
