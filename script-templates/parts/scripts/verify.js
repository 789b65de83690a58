//? needs setVerified
function verify(email, callback) {
  markVerified(email).then((done) => callback(null, done), callback)
}

async function markVerified(email) {
  const user = await findUser(email)
  if (!user) return false
  await setVerified(user.user_id)
  return true
}
