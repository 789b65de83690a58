//? needs deleteUser
function deleteUserById(id, callback) {
  deleteUser(String(id)).then(() => callback(null), callback)
}
