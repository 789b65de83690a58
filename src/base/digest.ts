import { hash, timingSafeEqual } from 'node:crypto'

/** The SHA-256 digest as base64url, 43 characters, by which secrets of high entropy are looked up. Never for passwords. */
export function digestText(text: string): string {
  return hash('sha256', text, 'base64url')
}

/** The SHA-256 digest as bytes, by which a secret of high entropy is recognized without being stored. Never for passwords. */
export function digestBytes(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}

/** Whether a secret has this digest, in time that does not depend on where they differ. */
export function hasDigest(secret: string, digest: Buffer): boolean {
  return timingSafeEqual(digestBytes(secret), digest)
}
