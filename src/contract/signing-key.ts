import { Type, type Static } from 'typebox'
import { Moment, Strict, Text, type Route } from './route.ts'

/** A signing key of the tenant, as the API shows it. What does not hold of a key is absent. */
export const SigningKey = Type.Object({
  kid: Type.String({ description: 'Id of the key, in the header of what it signs.' }),
  cert: Type.String({ description: 'Its certificate as PEM.' }),
  pkcs7: Type.String({ description: 'The certificate in a PKCS #7 envelope, as PEM.' }),
  fingerprint: Type.String({ description: 'SHA-1 of the certificate, in hex with colons.' }),
  thumbprint: Type.String({ description: 'SHA-1 of the certificate, in hex.' }),
  current: Type.Optional(Type.Literal(true, { description: 'It signs.' })),
  next: Type.Optional(Type.Literal(true, { description: 'It is published ahead; a rotation makes it sign.' })),
  previous: Type.Optional(Type.Literal(true, { description: 'It has signed; what it signed is still good.' })),
  revoked: Type.Optional(Type.Literal(true, { description: 'What it signed is refused.' })),
  current_since: Type.Optional(Moment('Since when it signs.')),
  current_until: Type.Optional(Moment('Until when it signed.')),
  revoked_at: Type.Optional(Moment('When it was revoked.')),
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
    response: Type.Array(SigningKey, { description: 'The one that signs first, then the latest first.' }),
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
      'The key that was published ahead signs from now on, and a new one is published ahead; the answer names the one that signs. What the last one signed stays good. Other processes of the server follow within 5 seconds.',
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
      'The key is published no longer, and every token that it signed is refused: at once here, within 5 seconds by other processes, and by applications as soon as they read the published keys again. If it is the one that signs, the next one takes its place. A key that was revoked before stays so.',
    status: 200,
    params: KidParams,
    response: KeyAndCertificate,
  },
} satisfies Record<string, Route>
