import { equalBytes, fromBase64, groupsOf, requireBytes, utf8 } from './encodings.ts'
import { requirePbkdf2 } from './limits.ts'
import { digest_bytes, HashError, type DigestName, type Format } from './types.ts'

const digests: Record<string, DigestName> = { '1': 'sha1', '256': 'sha256', '512': 'sha512' }

// PostgreSQL, and RFC 5803 as XMPP and mail servers write it.
const forms = [
  /^SCRAM-SHA-(256)\$(\d{1,10}):([^$]+)\$([^:]+):[^:]+$/,
  /^\{SCRAM-SHA-(1|256|512)\}(\d{1,10}),([^,]+),([^,]+),[^,]+$/,
]

/** SCRAM (RFC 5802): the stored key, which is a digest of a key from PBKDF2. */
export const scram: Format = {
  name: 'scram',
  read(text) {
    const parts = forms.map((form) => groupsOf(form, text)).find((found) => found !== undefined)
    if (!parts) return undefined
    const digest = digests[parts[0]] ?? 'sha256'
    const [rounds, length] = [Number(parts[1]), digest_bytes[digest]]
    const salt = requireBytes('scram', 'the salt', fromBase64(parts[2]))
    const stored_key = requireBytes('scram', 'the stored key', fromBase64(parts[3]))
    requirePbkdf2('scram', digest, rounds, length)
    if (stored_key.length !== length) {
      throw new HashError('malformed', `scram: the stored key has not ${length} bytes`, 'scram')
    }
    return {
      format: 'scram',
      async matches(password, primitives) {
        const salted = await primitives.pbkdf2(digest, password, salt, rounds, length)
        return equalBytes(primitives.digest(digest, primitives.hmac(digest, salted, utf8('Client Key'))), stored_key)
      },
    }
  },
}
