function login(identifier, password, callback) {
  // Checks the password of a user. `identifier` is what the user typed, an e-mail address or a user name; `password` is what was typed.
  //
  // 1. Look the user up. `require('legacy-store')` connects to databases, directories and web services, with pools and time limits; addresses
  //    and secrets belong in `configuration`, the host and port of the store in `options.egress.allow`.
  // 2. Verify the password, such as with `require('legacy-passwords').verify(password, stored_hash)`.
  // 3. Call back with one of these:
  //    callback(null, { user_id, email, email_verified, name })   the password is right; `user_id` never changes; `blocked: true` refuses
  //    callback(new WrongUsernameOrPasswordError(user_id, text))   it is wrong; `null` in the place of the id where there is no such user
  //    callback(new UnauthorizedError(text))                       the user may not log in; the text is shown
  //    callback(error)                                             the script could not find out, such as when the store is down
  callback(new Error('Please implement the script login of this connection.'))
}
