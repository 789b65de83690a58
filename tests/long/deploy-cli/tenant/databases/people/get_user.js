function getByEmail(email, callback) {
  const [, number] = /^user([0-9]+)@legacy\.example$/.exec(email) || []
  return callback(null, number ? { user_id: number, email: email, email_verified: true } : null)
}
