const dummy_hash = `$2a$${String(setting.BCRYPT_COST).padStart(2, '0')}$C6UzMDM.H6dfI/f/IKcEeO${'u'.repeat(31)}`

// Devise hashes the password followed by the pepper.
const recipe = { format: 'devise', pepper: configuration.PEPPER ?? '' }

async function hashPassword(password) {
  const hash = await require('bcrypt').hash(`${password}${configuration.PEPPER ?? ''}`, setting.BCRYPT_COST)
  return { password: hash.replace(/^\$2\w/, '$2a') }
}

function isBlocked(user) {
  // Devise unlocks users after an hour.
  if (user.locked_at && Date.now() - new Date(user.locked_at).getTime() < 3_600_000) return true //? LOCKED_AT_COLUMN
  if (!store.isTrue(user.email_verified, 'email_verified')) return true //? UNVERIFIED=refuse
  if (store.isTrue(user.blocked, 'blocked')) return true //? BLOCKED_COLUMN
  if (!store.isTrue(user.active, 'active')) return true //? ACTIVE_COLUMN
  return false
}
