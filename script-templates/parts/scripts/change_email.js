//? needs setEmail
function changeEmail(email, newEmail, verified, callback) {
  change(email, newEmail, verified).then((done) => callback(null, done), callback)
}

async function change(email, newEmail, verified) {
  const user = await findUser(email)
  if (!user) return false
  const other = await findUser(newEmail)
  // Another spelling of the same address is no conflict.
  if (other && String(other.user_id) !== String(user.user_id)) {
    throw new ValidationError('user_exists', 'Another user has this address.')
  }
  await setEmail(user.user_id, newEmail, verified === true)
  return true
}
