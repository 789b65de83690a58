// Password hashes of other systems, as an import file has them.
import { createHash, createHmac, pbkdf2Sync, scryptSync } from 'node:crypto'
import { hash as argon2 } from '@node-rs/argon2'
import { hashSync as bcrypt } from '@node-rs/bcrypt'
import { md4 } from 'hash-wasm'
import type { JsonObject } from '../../src/base/json.ts'

/** A digest in hex of these parts, one after the other. */
export const hexDigest = (name: string, ...parts: (string | Buffer)[]): string =>
  parts.reduce((digest, part) => digest.update(part), createHash(name)).digest('hex')

/** A `custom_password_hash` of a password in each algorithm of Auth0's. */
export async function customHashes(password: string): Promise<Record<string, JsonObject>> {
  const salt = 'pepper and salt'
  const utf16 = Buffer.from(password, 'utf16le')
  const phc = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
  const pbkdf2 = pbkdf2Sync(password, salt, 1000, 32, 'sha256')
  return {
    md5: { algorithm: 'md5', hash: { value: hexDigest('md5', password), encoding: 'hex' } },
    sha1: {
      algorithm: 'sha1',
      hash: { value: Buffer.from(hexDigest('sha1', salt, utf16), 'hex').toString('base64'), encoding: 'base64' },
      salt: { value: Buffer.from(salt).toString('base64'), encoding: 'base64', position: 'prefix' },
      password: { encoding: 'utf16le' },
    },
    sha256: {
      algorithm: 'sha256',
      hash: { value: hexDigest('sha256', password, salt), encoding: 'hex' },
      salt: { value: salt, position: 'suffix' },
    },
    sha512: { algorithm: 'sha512', hash: { value: hexDigest('sha512', password), encoding: 'hex' } },
    md4: {
      algorithm: 'md4',
      hash: { value: await ntHash(password), encoding: 'hex' },
      password: { encoding: 'utf16le' },
    },
    hmac: {
      algorithm: 'hmac',
      hash: {
        value: createHmac('sha256', 'key').update(password).digest('hex'),
        encoding: 'hex',
        digest: 'sha256',
        key: { value: 'key', encoding: 'utf8' },
      },
    },
    ldap: {
      algorithm: 'ldap',
      hash: {
        value: `{SSHA}${Buffer.concat([Buffer.from(hexDigest('sha1', password, salt), 'hex'), Buffer.from(salt)]).toString('base64')}`,
        encoding: 'utf8',
      },
    },
    pbkdf2: {
      algorithm: 'pbkdf2',
      hash: { value: `$pbkdf2-sha256$i=1000,l=32$${phc(Buffer.from(salt))}$${phc(pbkdf2)}`, encoding: 'utf8' },
    },
    scrypt: {
      algorithm: 'scrypt',
      hash: { value: scryptSync(password, salt, 32, { N: 1024 }).toString('hex'), encoding: 'hex' },
      salt: { value: salt },
      keylen: 32,
      cost: 1024,
    },
    argon2: {
      algorithm: 'argon2',
      hash: { value: await argon2(password, { memoryCost: 8192, timeCost: 1 }), encoding: 'utf8' },
    },
    bcrypt: { algorithm: 'bcrypt', hash: { value: bcrypt(password, 4), encoding: 'utf8' } },
  }
}

/** MD4 of the password in UTF-16, which OpenSSL 3 does not have. */
async function ntHash(password: string): Promise<string> {
  return await md4(Buffer.from(password, 'utf16le'))
}
