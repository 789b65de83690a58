/**
 * Keys: seals secrets at rest, and holds the signing keys of tenants. It knows no tokens and no requests.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** Encrypts and decrypts secrets. `aad` is the additional authenticated data: a sealed value opens with the same `aad` only. */
export type Sealer = {
  seal(text: string, aad: string): string
  /** @throws {SealBroken} when the value was altered, or sealed with another `aad` or another key */
  open(sealed: string, aad: string): string
  /** Like `seal`, for bytes. */
  sealBytes(bytes: Uint8Array, aad: string): string
  /** @throws {SealBroken} like `open` */
  openBytes(sealed: string, aad: string): Buffer
  /** A keyed digest (HMAC-SHA-256, truncated to 128 bits) of a text in a context. It only shows whether two texts are equal. */
  fingerprint(text: string, context: string): string
  /**
   * A sealer with a derived key, the same one for the same `use`. For texts that are sealed in great numbers: one key is safe for about
   * 2^32 texts (NIST SP 800-38D section 8.3).
   */
  deriveSealer(use: string): Sealer
}

/** A sealed text does not open: it was altered, or the key or the AAD is another one. */
export class SealBroken extends Error {
  constructor() {
    super('A sealed value does not open with this sealing key.')
    this.name = 'SealBroken'
  }
}

const prefix = '2.0$'
const iv_bytes = 12
const tag_bytes = 16
const derived_max = 1000

// A key object, because Node converts raw bytes into one at each use.
function deriveKey(secret_key: string, use: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret_key, 'wherry', use, 32)))
}

/**
 * Creates a sealer with AES-256-GCM (NIST SP 800-38D). Its key is derived from `secret_key` by HKDF (RFC 5869).
 *
 * @param secret_key at least 32 characters of high entropy
 */
export function createSealer(secret_key: string): Sealer {
  const key = deriveKey(secret_key, 'seal secrets at rest, v2')
  const fingerprint_key = deriveKey(secret_key, 'fingerprints, v1')
  let derived: LRUCache<string, Sealer> | undefined

  function sealBytes(bytes: Uint8Array, aad: string): string {
    const iv = randomBytes(iv_bytes)
    const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tag_bytes })
    cipher.setAAD(Buffer.from(aad))
    const sealed = Buffer.concat([cipher.update(bytes), cipher.final()])
    return prefix + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
  }

  function openBytes(sealed: string, aad: string): Buffer {
    if (!sealed.startsWith(prefix)) throw new SealBroken()
    const bytes = Buffer.from(sealed.slice(prefix.length), 'base64url')
    if (bytes.length < iv_bytes + tag_bytes) throw new SealBroken()
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, iv_bytes), { authTagLength: tag_bytes })
      decipher.setAAD(Buffer.from(aad))
      decipher.setAuthTag(bytes.subarray(iv_bytes, iv_bytes + tag_bytes))
      return Buffer.concat([decipher.update(bytes.subarray(iv_bytes + tag_bytes)), decipher.final()])
    } catch {
      throw new SealBroken()
    }
  }

  return {
    deriveSealer(use) {
      derived ??= new LRUCache<string, Sealer>({ max: derived_max })
      const known = derived.get(use)
      if (known) return known
      const sealer = createSealer(deriveKey(secret_key, `sealer for ${use}, v1`).export().toString('base64url'))
      derived.set(use, sealer)
      return sealer
    },
    fingerprint: (text, context) =>
      createHmac('sha256', fingerprint_key)
        .update(JSON.stringify([context, text]))
        .digest()
        .subarray(0, 16)
        .toString('base64url'),
    seal: (text, aad) => sealBytes(Buffer.from(text), aad),
    open: (sealed, aad) => openBytes(sealed, aad).toString('utf8'),
    sealBytes,
    openBytes,
  }
}
