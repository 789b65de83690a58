function getUser(identifier, callback) {
  lookUp(identifier).then((found) => callback(null, found), callback)
}

async function lookUp(identifier) {
  const users = await findUsers(identifier)
  // Wherry lets no blocked user reset the password.
  const profiles = users.map((user) => (isBlocked(user) ? { ...profileOf(user), blocked: true } : profileOf(user)))
  // Of several users, the decisions on their records say who moves.
  return profiles.length > 1 ? profiles : (profiles[0] ?? null)
}
