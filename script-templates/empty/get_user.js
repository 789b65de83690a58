function getUser(identifier, callback) {
  // Looks a user up without a password: when a user signs up, or asks for a new password. `identifier` is an e-mail address or a user name.
  //
  // callback(null, { user_id, email, email_verified, name })   the same profile as that of the login script, also of a blocked user
  // callback(null)                                             there is no such user
  // callback(error)                                            the script could not find out
  callback(new Error('Please implement the script get_user of this connection.'))
}
