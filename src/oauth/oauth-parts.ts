import type { LoginParts } from '../login/login-parts.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { Lookups } from './lookups.ts'

/** What the OAuth door needs of the house. */
export type OauthParts = LoginParts & { keys: SigningKeys }

/** The same with what the door keeps for itself. */
export type DoorParts = OauthParts & { lookups: Lookups }
