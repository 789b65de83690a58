function changePhoneNumber(phoneNumber, newPhoneNumber, callback) {
  // Changes a phone number, in legacy mode. `phoneNumber` is null where the user had none.
  //
  // callback(null, true)    it was changed
  // callback(null, false)   there is no such user
  // callback(error)         it was not changed
  callback(new Error('Please implement the script change_phone_number of this connection.'))
}
