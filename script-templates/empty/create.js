function create(user, callback) {
  // Creates a user at a sign-up, in legacy mode. `user` has `email`, `password` as typed, `username` where the connection has user names, and
  // what else was given. Store a hash of the password, never the password.
  //
  // callback(null)                                            the user was created
  // callback(new ValidationError('user_exists', text))        the address or the user name is taken
  // callback(error)                                           the user was not created
  callback(new Error('Please implement the script create of this connection.'))
}
