function shopClaims(user, context, callback) {
  context.idToken['https://shop.example/name'] = configuration.SHOP_NAME
  return callback(null, user, context)
}
