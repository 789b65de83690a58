const dummy_hash = [
  `$S$E${'A'.repeat(51)}`, //? !VERSION=10.1
  `$2y$10$C6UzMDM.H6dfI/f/IKcEeO${'u'.repeat(31)}`, //? VERSION=10.1
][0]

// Drupal trims passwords.
const recipe = { trim: true }

async function hashPassword(password) {
  const hash = await require('bcrypt').hash(password.trim(), 10) //? VERSION=10.1
  // PHP accepts bcrypt under the name $2y$.
  return { password: hash.replace(/^\$2\w/, '$2y') } //? VERSION=10.1
  return { password: `$S$${portableHash('sha512', 15, 52, password.trim())}` } //? VERSION=7
  return { password: `$S$${portableHash('sha512', 16, 52, password.trim())}` } //? VERSION=8
}
