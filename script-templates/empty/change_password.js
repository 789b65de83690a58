function changePassword(email, newPassword, callback) {
  // Stores a new password, in legacy mode. Store a hash of it.
  //
  // callback(null, true)    it was changed
  // callback(null, false)   there is no such user
  // callback(error)         it was not changed
  callback(new Error('Please implement the script change_password of this connection.'))
}
