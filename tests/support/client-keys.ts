// Keys of clients, as tests create them.
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { JsonObject } from '../../src/base/json.ts'

/** A new RSA key pair of 2,048 bits. */
export const newPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

/** A public key as PEM. */
export const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

/** The body that creates a credential. */
export const newKey = (key: KeyObject | string, more: JsonObject = {}): JsonObject => ({
  credential_type: 'public_key',
  pem: typeof key === 'string' ? key : pemOf(key),
  ...more,
})
