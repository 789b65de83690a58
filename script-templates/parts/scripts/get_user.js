function getUser(identifier, callback) {
  lookUp(identifier).then((profile) => callback(null, profile), callback)
}

async function lookUp(identifier) {
  const user = await findUser(identifier)
  if (!user) return null
  // An error, not null: a blocked user must not reset the password, and a sign-up must not take the address.
  if (isBlocked(user)) throw new UnauthorizedError('This user is blocked.')
  return profileOf(user)
}
