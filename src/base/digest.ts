import { createHash, timingSafeEqual } from 'node:crypto'

/** SHA-256 as base64url, 43 characters: how bearer secrets of high entropy are looked up. Never for passwords. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/** Compares two secrets in time that does not depend on where they differ. */
export function sameSecret(left: string, right: string): boolean {
  return timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest())
}
