const identifiers = ['email', 'username']

const client = new (require('aws-sdk').CognitoIdentityServiceProvider)({
  endpoint: configuration.BASE_URL,
  region: /\.([a-z]+-[a-z-]+-\d)\./.exec(configuration.BASE_URL)?.[1] ?? 'us-east-1',
  accessKeyId: configuration.ACCESS_KEY_ID,
  secretAccessKey: configuration.SECRET_ACCESS_KEY,
  maxRetries: 0,
  httpOptions: { connectTimeout: 3000, timeout: 4000 },
  params: { UserPoolId: configuration.USER_POOL_ID },
})

async function rowsOf(typed) {
  const key = typed.includes('@') ? 'email' : 'username'
  // In a filter, a text is in quotation marks.
  const Filter = `${key} = ${JSON.stringify(typed)}`
  const { Users } = await client.listUsers({ Filter, Limit: 20 }).promise()
  return Users.map(rowOf)
}

function rowOf({ Username, Attributes, Enabled, UserStatus }) {
  const attributes = Object.fromEntries(Attributes.map(({ Name, Value }) => [Name, Value]))
  return { ...attributes, user_id: attributes.sub, username: Username, active: Enabled, status: UserStatus }
}

function isBlocked(user) {
  return !store.isTrue(user.active, 'active')
}

// In most pools the user name is the address, or the id.
function profileOf(user) {
  const profile = { user_id: user.user_id, email_verified: store.isTrue(user.email_verified, 'email_verified') }
  for (const key of ['email', 'name', 'given_name', 'family_name', 'nickname', 'picture'])
    if (user[key]) profile[key] = user[key]
  if (![user.email, user.user_id].includes(user.username)) profile.username = user.username
  return profile
}

async function insertUser({ email, username }, { password }) {
  const Username = username ?? email
  const UserAttributes = [{ Name: 'email', Value: email }]
  try {
    await client.adminCreateUser({ Username, UserAttributes, MessageAction: 'SUPPRESS' }).promise()
  } catch (error) {
    if (error.code === 'UsernameExistsException') throw new ValidationError('user_exists', 'The user exists already.')
    throw error
  }
  await client.adminSetUserPassword({ Username, Password: password, Permanent: true }).promise()
}

async function setPassword(Username, { password }) {
  await client.adminSetUserPassword({ Username, Password: password, Permanent: true }).promise()
}

async function setAttributes(Username, attributes) {
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }))
  await client.adminUpdateUserAttributes({ Username, UserAttributes }).promise()
}

function setEmail(id, email, verified) {
  return setAttributes(id, { email, email_verified: String(verified) })
}

function setVerified(id) {
  return setAttributes(id, { email_verified: 'true' })
}

async function deleteUser(Username) {
  try {
    await client.adminDeleteUser({ Username }).promise()
  } catch (error) {
    if (error.code !== 'UserNotFoundException') throw error
  }
}

async function pageAfter(cursor) {
  const more = cursor ? { PaginationToken: cursor } : {}
  const { Users, PaginationToken } = await client.listUsers({ Limit: 60, ...more }).promise()
  return { rows: Users.map(rowOf), next: PaginationToken ?? null }
}
