import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { ConfigError, type Config } from '../config/config.ts'

/**
 * Reads the TLS certificate and private key; undefined for a server without TLS.
 *
 * @throws {ConfigError} if a file cannot be read or is not PEM, or if the key is not that of the certificate
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
