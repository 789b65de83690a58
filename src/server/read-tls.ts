import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { ConfigError, type Config } from '../config/config.ts'

/**
 * The certificate and the key that the server speaks https with; undefined where it speaks http.
 *
 * @throws {ConfigError} when a file cannot be read, is no PEM, or the two do not belong together
 */
export function readTls(config: Config): { cert: Buffer; key: Buffer } | undefined {
  if (!config.tls) return undefined
  const { cert_file, key_file } = config.tls
  try {
    const tls = { cert: readFileSync(cert_file), key: readFileSync(key_file) }
    createSecureContext(tls)
    return tls
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError([
      `WHERRY_TLS_CERT (${cert_file}) and WHERRY_TLS_KEY (${key_file}) cannot be used: ${reason}.`,
    ])
  }
}
