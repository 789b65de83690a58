//? needs setPassword hashPassword
function changePassword(email, newPassword, callback) {
  change(email, newPassword).then((done) => callback(null, done), callback)
}

async function change(email, newPassword) {
  const user = await findUser(email)
  if (!user) return false
  await setPassword(user.user_id, await hashPassword(newPassword, user))
  return true
}
