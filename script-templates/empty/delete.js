function deleteUser(id, callback) {
  // Deletes a user, in legacy mode. `id` is the `user_id` that the login script returned.
  //
  // callback(null)    the user is deleted, or there was no such user
  // callback(error)   the user was not deleted
  callback(new Error('Please implement the script delete of this connection.'))
}
