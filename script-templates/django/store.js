// Django's tables have no defaults.
function insertUser(user, hash) {
  return database.execute(
    `INSERT INTO {{TABLE}} (
      {{PASSWORD_COLUMN}},
      {{EMAIL_COLUMN}},
      {{USERNAME_COLUMN}},
      {{GIVEN_NAME_COLUMN}},
      {{FAMILY_NAME_COLUMN}},
      {{ACTIVE_COLUMN}},
      is_superuser,
      is_staff,
      date_joined
    ) VALUES (
      ?,
      ?,
      ?, //? USERNAME_COLUMN
      ?, //? GIVEN_NAME_COLUMN
      ?, //? FAMILY_NAME_COLUMN
      ?, //? ACTIVE_COLUMN
      ?,
      ?,
      ?
    )`,
    [
      hash.password,
      user.email,
      user.username ?? user.email, //? USERNAME_COLUMN
      user.given_name ?? '', //? GIVEN_NAME_COLUMN
      user.family_name ?? '', //? FAMILY_NAME_COLUMN
      1, //? ACTIVE_COLUMN
      0,
      0,
      new Date(),
    ],
  )
}
