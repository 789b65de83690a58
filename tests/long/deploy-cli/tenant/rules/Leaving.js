function leaving(user, context, callback) {
  return callback(null, user, context)
}
