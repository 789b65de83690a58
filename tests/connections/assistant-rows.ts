// Users of a legacy store with every property that the connect assistant counts.

/** bcrypt of `password`. */
export const bcrypt = '$2y$10$92IXUNpkjO0rOQ5byMi.Ye4oKoEa3Ro9llC/.og/at2.uheWG/igi'
const md5 = '5f4dcc3b5aa765d61d8327deb882cf99'
const too_costly = bcrypt.replace('$10$', '$20$')

type Row = [
  id: string | null,
  email: string | null,
  username: string | null,
  hash: string | null,
  blocked: string,
  totp: string | null,
]

/** The rows. No two of them have the same property unless it is counted by pairs. */
export const rows: Row[] = [
  ['K1', 'ada@example.com', 'ada', bcrypt, 'N', null],
  // Differ in letter case and white space.
  ['K2', 'Ada@Example.com ', 'ada2', bcrypt, 'N', null],
  // Share an id and an address; the first is blocked, the second has a second factor.
  ['K3', 'eve@example.com', 'eve', md5, 'J', null],
  ['K3', 'eve@example.com', 'ben', bcrypt, 'N', 'JBSWY3DP'],
  // Differ in a full-width letter; the first has an id with a blank and an address of another user as username.
  ['K 4', '\uff43an@example.com', 'can@shop.example', bcrypt, 'N', null],
  ['K5', 'can@example.com', 'Ben', too_costly, 'N', null],
  // An ideographic full stop; the id is too long, the username a phone number; no hash.
  ['x'.repeat(260), 'dan@example\u3002com', '+49 171 5550100', null, 'N', null],
  // No id, no address, a disabled hash, a flag that says something else.
  [null, 'not an address', 'fay', '!', 'S', null],
  // Neither address nor username.
  ['K8', null, null, bcrypt, 'nein', null],
  ['K9', 'd\u00fc@example.com', 'gus', bcrypt, 'N', null],
]

/** The counts of these rows that are not 0. */
export const counts = {
  rows: 10,
  id_missing: 1,
  id_doubled: 2,
  id_too_long: 1,
  id_with_space: 1,
  email_missing: 1,
  email_doubled: 2,
  email_differs_in_form: 4,
  email_invalid: 2,
  username_differs_in_form: 2,
  username_with_at: 1,
  username_as_phone_number: 1,
  without_identifier: 1,
  blocked: 1,
  flag_of_unknown_form: 1,
  second_factor: 1,
  hash_missing: 1,
  hash_disabled: 1,
  hash_of_unknown_form: 1,
  hash_refused: 1,
}

/** The table, with names that `quote` quotes. */
export function tableOfRows(table: string, quote: (name: string) => string): string {
  const columns = {
    KundenNr: 'varchar(300)',
    'E-Mail': 'varchar(200)',
    Anmeldename: 'varchar(80)',
    Kennwort: 'varchar(200)',
    Gesperrt: 'varchar(10)',
    TOTP_Geheimnis: 'varchar(40)',
    Vorname: 'varchar(40)',
    Name: 'varchar(40)',
  }
  const listed = Object.entries(columns).map(([name, type]) => `${quote(name)} ${type}`)
  return `create table ${table} (${listed.join(', ')})`
}
