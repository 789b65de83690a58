const dummy_hash = `$2y$12$C6UzMDM.H6dfI/f/IKcEeO${'u'.repeat(31)}`

async function hashPassword(password) {
  return { password: await require('argon2').hash(password, { type: 2 }) } //? PASSWORD_HASH=argon2id
  const hash = await require('bcrypt').hash(password, 12) //? !PASSWORD_HASH=argon2id
  // PHP accepts bcrypt under the name $2y$.
  return { password: hash.replace(/^\$2\w/, '$2y') } //? !PASSWORD_HASH=argon2id
}
