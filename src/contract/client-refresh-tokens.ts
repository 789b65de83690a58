import { Type } from 'typebox'
import { Choice, Strict } from './route.ts'

/** How the refresh tokens of a client end and are replaced. */
export const RefreshTokens = Strict(
  {
    rotation_type: Choice(['rotating', 'non-rotating'], 'Whether each use issues a new token'),
    expiration_type: Choice(['expiring', 'non-expiring'], 'Whether tokens expire'),
    leeway: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 31_557_600, description: 'Seconds in which the previous token still works' }),
    ),
    token_lifetime: Type.Optional(Type.Integer({ minimum: 1, maximum: 157_788_000, description: 'Seconds' })),
    infinite_token_lifetime: Type.Optional(Type.Boolean({ description: 'Ignore token_lifetime' })),
    idle_token_lifetime: Type.Optional(Type.Integer({ minimum: 1, maximum: 157_788_000, description: 'Seconds' })),
    infinite_idle_token_lifetime: Type.Optional(Type.Boolean({ description: 'Ignore idle_token_lifetime' })),
    policies: Type.Optional(Type.Unknown({ description: 'Stored and returned unchanged.' })),
  },
  'Refresh tokens of this client',
)
