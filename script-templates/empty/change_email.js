function changeEmail(email, newEmail, verified, callback) {
  // Changes an address, or only whether it is verified, in legacy mode; then both addresses are the same.
  //
  // callback(null, true)                                 it was changed
  // callback(null, false)                                there is no such user
  // callback(new ValidationError('user_exists', text))   another user has the new address
  // callback(error)                                      it was not changed
  callback(new Error('Please implement the script change_email of this connection.'))
}
