const dummy_hash = {
  hash: `$2b$${String(setting.BCRYPT_COST).padStart(2, '0')}$C6UzMDM.H6dfI/f/IKcEeO${'u'.repeat(31)}`, //? NEW_PASSWORD_HASH=same PASSWORD_HASH=bcrypt
  hash: `$2b$${String(setting.BCRYPT_COST).padStart(2, '0')}$C6UzMDM.H6dfI/f/IKcEeO${'u'.repeat(31)}`, //? NEW_PASSWORD_HASH=bcrypt
  hash: `$argon2id$v=19$m=65536,t=3,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`, //? NEW_PASSWORD_HASH=same PASSWORD_HASH=argon2id
  hash: `$argon2id$v=19$m=65536,t=3,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`, //? NEW_PASSWORD_HASH=argon2id
  hash: Buffer.alloc(32).toString(setting.HASH_ENCODING), //? NEW_PASSWORD_HASH=same PASSWORD_HASH=pbkdf2
  hash: require('crypto').createHash(setting.PASSWORD_HASH).digest(setting.HASH_ENCODING), //? NEW_PASSWORD_HASH=same PASSWORD_HASH=md5|sha1|sha256|sha512
}

// What the legacy application did to passwords, and the format of values that do not name theirs.
const recipe = {
  trim: true, //? PASSWORD_TRIM=yes
  lower_case: true, //? PASSWORD_CASE=ignore
  max_bytes: setting.PASSWORD_MAX_BYTES, //? PASSWORD_MAX_BYTES
  digest: setting.PASSWORD_HASH, //? PASSWORD_HASH=md5|sha1|sha256|sha512
  of: ['salt', 'password'], //? PASSWORD_HASH=md5|sha1|sha256|sha512 SALT_COLUMN SALT_POSITION=before
  of: ['password', 'salt'], //? PASSWORD_HASH=md5|sha1|sha256|sha512 SALT_COLUMN SALT_POSITION=after
  pbkdf2: setting.HASH_DIGEST, //? PASSWORD_HASH=pbkdf2
  rounds: setting.HASH_ITERATIONS, //? PASSWORD_HASH=pbkdf2
  encoding: setting.HASH_ENCODING, //? PASSWORD_HASH=pbkdf2|md5|sha1|sha256|sha512
  salt_encoding: setting.SALT_ENCODING, //? PASSWORD_HASH=pbkdf2|md5|sha1|sha256|sha512 SALT_COLUMN
}

async function hashPassword(typed) {
  const password = hashedPart(typed)
  return { password: await require('bcrypt').hash(password, setting.BCRYPT_COST) } //? NEW_PASSWORD_HASH=same PASSWORD_HASH=bcrypt
  return { password: await require('bcrypt').hash(password, setting.BCRYPT_COST) } //? NEW_PASSWORD_HASH=bcrypt
  return { password: await require('argon2').hash(password, { type: 2 }) } //? NEW_PASSWORD_HASH=same PASSWORD_HASH=argon2id
  return { password: await require('argon2').hash(password, { type: 2 }) } //? NEW_PASSWORD_HASH=argon2id
  return digestPassword(password) //? NEW_PASSWORD_HASH=same PASSWORD_HASH=pbkdf2|md5|sha1|sha256|sha512
}

// The part of a typed password that the legacy application hashes.
function hashedPart(typed) {
  let part = typed
  part = part.trim() //? PASSWORD_TRIM=yes
  part = part.toLowerCase() //? PASSWORD_CASE=ignore
  part = Buffer.from(part).subarray(0, setting.PASSWORD_MAX_BYTES) //? PASSWORD_MAX_BYTES
  return part
}

async function digestPassword(password) {
  const crypto = require('crypto')
  const salt = crypto.randomBytes(16).toString(
    'hex', //? !SALT_ENCODING=base64
    'base64', //? SALT_ENCODING=base64
  )
  const bytes = Buffer.from(
    salt, //? SALT_COLUMN
    '', //? !SALT_COLUMN
    setting.SALT_ENCODING,
  )
  const key = crypto.pbkdf2Sync(password, bytes, setting.HASH_ITERATIONS, 32, setting.HASH_DIGEST) //? PASSWORD_HASH=pbkdf2
  const parts = [
    bytes, //? SALT_POSITION=before
    password,
    bytes, //? SALT_POSITION=after
  ]
  const digest = crypto.createHash(setting.PASSWORD_HASH) //? !PASSWORD_HASH=pbkdf2
  for (const part of parts) digest.update(part) //? !PASSWORD_HASH=pbkdf2
  return { password: digest.digest(setting.HASH_ENCODING), salt } //? !PASSWORD_HASH=pbkdf2
  return { password: key.toString(setting.HASH_ENCODING), salt } //? PASSWORD_HASH=pbkdf2
}
