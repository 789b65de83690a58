const dummy_hash = `$2y$10$C6UzMDM.H6dfI/f/IKcEeO${'u'.repeat(31)}`

// PHP accepts bcrypt under the name $2y$.
async function hashPassword(password) {
  const hash = await require('bcrypt').hash(password, 10)
  return { password: hash.replace(/^\$2\w/, '$2y') }
}
