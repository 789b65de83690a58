function login(email, password, callback) {
  const [, number] = /^user([0-9]+)@legacy\.example$/.exec(email) || []
  if (!number || password !== configuration.THE_PASSWORD) return callback(new WrongUsernameOrPasswordError(email))
  return callback(null, { user_id: number, email: email, email_verified: true, given_name: 'Number ' + number })
}
