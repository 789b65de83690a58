function login(identifier, password, callback) {
  authenticate(identifier, password).then((found) => callback(null, found), callback)
}

async function authenticate(identifier, password) {
  const users = await findUsers(identifier)
  const matching = await store.filterUsers(users, (user) => passwordMatches(password, user))
  if (users.length === 0) throw new WrongUsernameOrPasswordError(null, 'no such user')
  if (matching.length === 0) throw new WrongUsernameOrPasswordError(store.idOf(users[0].user_id), 'wrong password')
  const profiles = matching.map((user) => (isBlocked(user) ? { ...profileOf(user), blocked: true } : profileOf(user)))
  // Of several users with one password, the decisions on their records say who moves.
  return profiles.length > 1 ? profiles : profiles[0]
}
