function verify(email, callback) {
  // Marks an address as verified, in legacy mode, when the user follows the link of a mail.
  //
  // callback(null, true)    it is marked
  // callback(null, false)   no user has this address
  // callback(error)         it could not be marked
  callback(new Error('Please implement the script verify of this connection.'))
}
