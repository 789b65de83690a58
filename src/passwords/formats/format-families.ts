import { argon2 } from './argon2.ts'
import { bcrypt } from './bcrypt.ts'
import { desCrypt } from './des-crypt.ts'
import { jsonForms, xenforo } from './json-forms.ts'
import { ldap, plain } from './ldap.ts'
import { limits } from './limits.ts'
import { magento } from './magento.ts'
import { md5Crypt } from './md5-crypt.ts'
import { mediawikiLayered } from './mediawiki-layered.ts'
import { mysqlOld } from './mysql-old.ts'
import { aspnetIdentity, atlassian, crackstation, directoryServer, liferay, pbkdf2 } from './pbkdf2.ts'
import { phpass } from './phpass.ts'
import { saltedDigests } from './salted-digests.ts'
import { scram } from './scram.ts'
import { firebase, scrypt } from './scrypt.ts'
import { shaCrypt } from './sha-crypt.ts'
import { spring } from './spring.ts'
import { HashError, type Format, type StoredHash } from './types.ts'
import { doubleBcrypt, woltlab } from './woltlab.ts'
import { djangoBcryptSha256, mediawikiBcrypt, passlibBcryptSha256, wordpress, wrapped } from './wrappers.ts'

/** The families of formats, tried in this order. A new family is a file and a line here. */
export const families: readonly Format[] = [
  bcrypt,
  argon2,
  phpass,
  md5Crypt,
  shaCrypt,
  wordpress,
  djangoBcryptSha256,
  passlibBcryptSha256,
  pbkdf2,
  crackstation,
  liferay,
  scrypt,
  scram,
  aspnetIdentity,
  saltedDigests,
  spring,
  atlassian,
  directoryServer,
  ldap,
  plain,
  magento,
  mediawikiBcrypt,
  mediawikiLayered,
  firebase,
  xenforo,
  jsonForms,
  wrapped,
  doubleBcrypt,
  woltlab,
  desCrypt,
  mysqlOld,
]

const deepest = 3

/**
 * The hash of a text whose form can be recognised; undefined where it has none, or where the form may be another one.
 *
 * @param is_named whether a prefix or a recipe allows forms that other texts have, too
 * @throws HashError `malformed` or `too_costly`
 */
export function readText(text: string, is_named = false, depth = 0): StoredHash | undefined {
  if (text.length > limits.text_length) {
    throw new HashError('malformed', `the stored hash is longer than ${limits.text_length} characters`)
  }
  const readInner = (inner: string): StoredHash => {
    const found = depth < deepest ? readText(inner, true, depth + 1) : undefined
    if (found === undefined) throw new HashError('unknown_format', 'the text after the prefix has no known form')
    return found
  }
  for (const family of families) {
    if (family.is_ambiguous && !is_named) continue
    const found = family.read(text, readInner)
    if (found !== undefined) return found
  }
  return undefined
}
