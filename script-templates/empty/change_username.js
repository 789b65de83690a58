function changeUsername(username, newUsername, callback) {
  // Changes a user name, in legacy mode. `username` is null where the user had none.
  //
  // callback(null, true)                                 it was changed
  // callback(null, false)                                there is no such user
  // callback(new ValidationError('user_exists', text))   another user has the new name
  // callback(error)                                      it was not changed
  callback(new Error('Please implement the script change_username of this connection.'))
}
