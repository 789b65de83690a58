function getUser(identifier, callback) {
  lookUp(identifier).then((profile) => callback(null, profile), callback)
}

async function lookUp(identifier) {
  const user = await findUser(identifier)
  if (!user) return null
  // Wherry lets no blocked user reset the password.
  return isBlocked(user) ? { ...profileOf(user), blocked: true } : profileOf(user)
}
