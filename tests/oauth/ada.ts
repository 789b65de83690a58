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
