import { concat, equalBytes, fromBase64, groupsOf, requireBytes, utf8 } from './encodings.ts'
import { digest_bytes, HashError, type DigestName, type Format, type StoredHash } from './types.ts'

const schemes: Record<string, DigestName> = {
  MD5: 'md5',
  SMD5: 'md5',
  SHA: 'sha1',
  SSHA: 'sha1',
  SHA224: 'sha224',
  SSHA224: 'sha224',
  SHA256: 'sha256',
  SSHA256: 'sha256',
  SHA384: 'sha384',
  SSHA384: 'sha384',
  SHA512: 'sha512',
  SSHA512: 'sha512',
}

/** RFC 2307: `{SSHA}` and its relatives: base64 of the digest of password and salt, then the salt. */
export const ldap: Format = {
  name: 'ldap',
  read(text) {
    const parts = groupsOf(/^\{(S?(?:MD5|SHA(?:-?\d{3})?))(?:\.B64)?\}([A-Za-z0-9+/_-]+={0,2})$/i, text)
    if (!parts) return undefined
    const scheme = parts[0].toUpperCase().replace('-', '')
    const digest = schemes[scheme]
    // The same prefix with hexadecimal digits is a form of Spring Security or Joomla.
    const is_hex = digest !== undefined && parts[1].length === digest_bytes[digest] * 2 && /^[0-9a-f]+$/i.test(parts[1])
    if (digest === undefined || is_hex) return undefined
    const bytes = requireBytes('ldap', 'the hash', fromBase64(parts[1]))
    const length = digest_bytes[digest]
    const is_salted = /^S(?:SHA|MD5)/.test(scheme)
    if (is_salted ? bytes.length < length : bytes.length !== length) {
      throw new HashError('malformed', `ldap: the hash has ${bytes.length} bytes; ${digest} has ${length}`, 'ldap')
    }
    const [expected, salt] = [bytes.subarray(0, length), bytes.subarray(length)]
    return {
      format: 'ldap',
      matches: (password, primitives) => equalBytes(primitives.digest(digest, concat(password, salt)), expected),
    }
  },
}

/** A text that is the password itself. Only a recipe says so. */
export function plainText(text: string): StoredHash {
  const expected = utf8(text)
  return { format: 'plain', matches: (password) => equalBytes(concat(password), expected) }
}

/** A plain password under a prefix that says so: `{noop}` of Spring Security, `{CLEARTEXT}` of directories. */
export const plain: Format = {
  name: 'plain',
  read(text) {
    const parts = groupsOf(/^\{(?:noop|clear|cleartext|plain)\}(.+)$/is, text)
    return parts ? plainText(parts[0]) : undefined
  },
}
