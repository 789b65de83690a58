//? needs insertUser hashPassword
function create(user, callback) {
  add(user).then(() => callback(null), callback)
}

async function add(user) {
  for (const identifier of [user.email, user.username]) {
    if (identifier && (await findUser(identifier))) throw new ValidationError('user_exists', 'The user exists already.')
  }
  await insertUser(user, await hashPassword(user.password, user))
}
