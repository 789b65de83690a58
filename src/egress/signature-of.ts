import { createHmac } from 'node:crypto'

/**
 * The signature of a request to a webhook (Standard Webhooks 1.0.0): HMAC-SHA-256 of its id, its time in seconds and its body.
 *
 * @param secret `whsec_` and the key in base64
 */
export function signatureOf(secret: string, { id, at_s, body }: { id: string; at_s: number; body: string }): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${at_s}.${body}`).digest('base64')}`
}
