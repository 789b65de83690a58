import { createHash, pbkdf2Sync } from 'node:crypto'

/** One password hash format, with the template's settings for it. */
export type HashCase = {
  name: string
  password: string
  stored: string
  salt?: string
  settings: Record<string, string>
}

const salted = { SALT_COLUMN: 'salt' }

/** Published vectors where there is one (Laravel, Spring, Django, passlib, Discourse, osCommerce, Joomla, Magento), else computed here. */
export const hash_cases: readonly HashCase[] = [
  {
    name: 'bcrypt $2y$ (Laravel)',
    password: 'password',
    stored: '$2y$10$92IXUNpkjO0rOQ5byMi.Ye4oKoEa3Ro9llC/.og/at2.uheWG/igi',
    settings: {},
  },
  {
    name: 'bcrypt $2a$ (Spring), in a table that otherwise keeps salted SHA-1',
    password: 'password',
    stored: '$2a$10$dXJ3SW6G7P50lGmMkkmwe.20cQQubK3.HZWzG3YB1tlRy.fqvM/BG',
    settings: { PASSWORD_HASH: 'sha1', ...salted },
  },
  {
    name: 'PBKDF2 that names its parameters (Django)',
    password: 'lètmein',
    stored: 'pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=',
    settings: { PASSWORD_HASH: 'pbkdf2' },
  },
  {
    name: 'PBKDF2 that names its parameters (passlib)',
    password: 'hashcat',
    stored:
      '$pbkdf2-sha512$25000$LyWE0HrP2RsjZCxlDGFMKQ$1vC5Ohk2mCS9b6akqsEfgeb4l74SF8XjH.SljXf3dMLHdlY1GK9ojcCKts6/asR4aPqBmk74nCDddU3tvSCJvw',
    settings: { PASSWORD_HASH: 'pbkdf2' },
  },
  {
    name: 'PBKDF2 that names its parameters (PHC string)',
    password: 'test',
    stored:
      '$pbkdf2-sha256$i=100000,l=32$1jP+5Zxpxgtee/iPxGgOz0RfE9/KJuDElP1ley4VxXc$QJxzfvdbHYBpydCbHoFg3GJEqMFULwskiuqiJctoYpI',
    settings: { PASSWORD_HASH: 'pbkdf2' },
  },
  {
    name: 'PBKDF2 with a salt column (Discourse)',
    password: 'test',
    stored: '0313a6aca54dd4c5d82a699a8a0f0ffb0191b4ef62414b8d9dbc11c0c5ac04da',
    salt: 'abcd',
    settings: { PASSWORD_HASH: 'pbkdf2', HASH_ITERATIONS: '100', ...salted },
  },
  {
    name: 'PBKDF2-SHA-512 in base64 with a hex salt',
    password: 'café',
    stored: pbkdf2Sync('café', Buffer.from('00ff10', 'hex'), 1000, 64, 'sha512').toString('base64'),
    salt: '00ff10',
    settings: {
      PASSWORD_HASH: 'pbkdf2',
      HASH_DIGEST: 'sha512',
      HASH_ITERATIONS: '1000',
      HASH_ENCODING: 'base64',
      SALT_ENCODING: 'hex',
      ...salted,
    },
  },
  {
    name: 'MD5 of salt and password (osCommerce)',
    password: 'hashcat',
    stored: 'e983672a03adcc9767b24584338eb378',
    salt: '00',
    settings: { PASSWORD_HASH: 'md5', ...salted },
  },
  {
    name: 'MD5 of password and salt (Joomla)',
    password: 'hashcat',
    stored: 'b78f863f2c67410c41e617f724e22f34',
    salt: '89384528665349271307465505333378',
    settings: { PASSWORD_HASH: 'md5', SALT_POSITION: 'after', ...salted },
  },
  {
    name: 'SHA-1 of salt and password (Django)',
    password: 'lètmein',
    stored: 'cff36ea83f5706ce9aa7454e63e431fc726b2dc8',
    salt: 'seasalt',
    settings: { PASSWORD_HASH: 'sha1', ...salted },
  },
  {
    name: 'SHA-256 of salt and password (Magento)',
    password: 'password',
    stored: '13601bda4ea78e55a07b98866d2be6be0744e3866f13c00c811cab608a28f322',
    salt: 'salt',
    settings: { PASSWORD_HASH: 'sha256', ...salted },
  },
  {
    name: 'SHA-512 in base64 without a salt, in upper and lower case',
    password: 'correct horse',
    stored: createHash('sha512').update('correct horse').digest('base64'),
    settings: { PASSWORD_HASH: 'sha512', HASH_ENCODING: 'base64' },
  },
  {
    name: 'SHA-256 in capital hex with a base64 salt',
    password: 'secret',
    stored: createHash('sha256').update(Buffer.from('AP8Q', 'base64')).update('secret').digest('hex').toUpperCase(),
    salt: 'AP8Q',
    settings: { PASSWORD_HASH: 'sha256', SALT_ENCODING: 'base64', ...salted },
  },
]
