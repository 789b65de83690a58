import { freePort } from './free-port.ts'

/**
 * An admin origin for a server at `public_url`: another host on the same port, so that no second port is needed and servers that share a
 * public URL share it. `send` reaches it; the Host header decides.
 */
export function siblingAdminUrl(public_url: string): string {
  const url = new URL(public_url)
  url.hostname = 'admins.example'
  return url.origin
}

/** An admin origin on a port of its own, on which nothing listens at this moment. */
export async function freeAdminUrl(origin = 'http://127.0.0.1'): Promise<string> {
  return `${origin}:${await freePort()}`
}
