function login(identifier, password, callback) {
  authenticate(identifier, password).then((profile) => callback(null, profile), callback)
}

async function authenticate(identifier, password) {
  const user = await findUser(identifier)
  const matches = await passwordMatches(password, user)
  if (!user) throw new WrongUsernameOrPasswordError(null, 'no such user')
  if (!matches) throw new WrongUsernameOrPasswordError(store.idOf(user.user_id), 'wrong password')
  return isBlocked(user) ? { ...profileOf(user), blocked: true } : profileOf(user)
}
