import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * Runs Node with these arguments in a process that trusts the certificate authority in `ca_file`, and answers what it
 * printed: Node reads authorities only when it starts.
 */
export async function runTrusting(ca_file: string, args: string[]): Promise<string> {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca_file }
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 90_000, maxBuffer: 10_000_000 })
  return stdout.trim()
}
