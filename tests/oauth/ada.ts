/** The fields of the user that the tests of this folder log in. */
export const ada = {
  email: 'ada@example.com',
  password: 'engine no. 1',
  email_verified: true,
  name: 'Ada Lovelace',
  nickname: 'ada',
  given_name: 'Ada',
  family_name: 'Lovelace',
}

/** The picture that is shown of this user. */
export const ada_picture =
  'https://s.gravatar.com/avatar/3e3417d7ef77d5932a6734b916515ed5?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fal.png'
