function listUsers(cursor, callback) {
  // Lists the users in pages of up to 500. `cursor` is null for the first page.
  //
  // callback(null, { users: [profile, …], next })   the profiles, and the cursor of the next page, or null after the last one
  // callback(error)                                 the page could not be read
  callback(new Error('Please implement the script list_users of this connection.'))
}
