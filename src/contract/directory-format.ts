import { Type, type Static } from 'typebox'
import { Choice, Strict, Text } from './route.ts'

/** The file formats in which a legacy directory is loaded. */
export const directory_formats = [
  'csv',
  'ndjson',
  'ldif',
  'auth0',
  'firebase',
  'cognito',
  'okta',
  'keycloak',
  'supabase',
  'wordpress',
] as const
/** A file format of a legacy directory. */
export type DirectoryFormat = (typeof directory_formats)[number]

const column = (what: string) => Type.Optional(Text(200, `Name of the column, or of the member, of ${what}`))

/** The columns of a CSV file, or the members of each row of NDJSON, that have another name than ours. */
const Columns = Strict(
  {
    legacy_id: column('the legacy id'),
    email: column('the e-mail address'),
    username: column('the username'),
    phone_number: column('the phone number'),
    email_verified: column('whether the e-mail address is verified'),
    last_activity_at: column('the time of the last login'),
    disabled: column('whether the user may not log in'),
    enabled: column('whether the user may log in'),
    password_hash: column('the password hash'),
    password_salt: column('the salt of the password hash, where it is apart'),
    given_name: column('the given name'),
    family_name: column('the family name'),
    name: column('the full name'),
    nickname: column('the nickname'),
    picture: column('the URL of the picture'),
    user_metadata: column('the user metadata, as JSON'),
    app_metadata: column('the app metadata, as JSON'),
  },
  'Columns of a CSV file, or members of a row of NDJSON, by what they hold. Without it they have the names of this list, or common other ones.',
)

/** What a column of a file may hold. */
export type DirectoryColumn = keyof Static<typeof Columns>

/**
 * Names that columns have in exports, in lower case without separators, by what they hold; the first of a list counts. A column `password`
 * has to be named in the options: it may hold plain passwords.
 */
export const common_column_names: Record<DirectoryColumn, readonly string[]> = {
  legacy_id: ['legacyid', 'userid', 'id', 'uuid', 'guid', 'uid', 'sub', 'objectid'],
  email: ['email', 'emailaddress', 'mail', 'useremail', 'primaryemail'],
  username: ['username', 'userlogin', 'login', 'loginname', 'samaccountname'],
  phone_number: ['phonenumber', 'phone', 'mobile', 'mobilephone'],
  email_verified: ['emailverified', 'isemailverified', 'emailconfirmed', 'verified'],
  last_activity_at: ['lastactivityat', 'lastlogin', 'lastloginat', 'lastsigninat', 'lastseen', 'lastseenat'],
  disabled: ['disabled', 'isdisabled', 'blocked', 'isblocked', 'banned', 'suspended'],
  enabled: ['enabled', 'isenabled', 'active', 'isactive'],
  password_hash: ['passwordhash', 'hashedpassword', 'encryptedpassword', 'userpass'],
  // A salt needs the option that says what to do with it.
  password_salt: [],
  given_name: ['givenname', 'firstname'],
  family_name: ['familyname', 'lastname', 'surname'],
  name: ['name', 'fullname', 'displayname'],
  nickname: ['nickname'],
  picture: ['picture', 'avatarurl', 'photourl'],
  user_metadata: ['usermetadata'],
  app_metadata: ['appmetadata'],
}

/** How a file of a directory is read, beside its format. Sealed where it is kept: it may have the signer key of Firebase. */
export const DirectoryFormatOptions = Strict({
  charset: Type.Optional(
    Text(40, 'Character encoding of a text file by its WHATWG label, such as `windows-1252`; UTF-8 by default'),
  ),
  delimiter: Type.Optional(Choice([',', ';', '\t', '|'], 'CSV: the delimiter; recognised by the header by default')),
  columns: Type.Optional(Columns),
  salted_hash: Type.Optional(
    Strict(
      {
        algorithm: Choice(['md5', 'sha1', 'sha256', 'sha512'], 'The digest'),
        salt_position: Choice(['prefix', 'suffix'], 'Whether the salt is before or behind the password'),
        hash_encoding: Type.Optional(Choice(['hex', 'base64'], 'How the hash is printed; `hex` by default')),
        salt_encoding: Type.Optional(
          Choice(['utf8', 'hex', 'base64'], 'How the salt is printed; `utf8`, its text, by default'),
        ),
      },
      'CSV and NDJSON: how a hash with a salt in a column of its own was computed.',
    ),
  ),
  auth0: Type.Optional(
    Strict(
      { connection: Text(128, 'Name of the connection in the tenant of Auth0') },
      'Auth0: the database connection whose users are loaded, where the file has users of several.',
    ),
  ),
  firebase: Type.Optional(
    Strict(
      {
        signer_key: Text(1024, '`base64_signer_key`'),
        salt_separator: Text(64, '`base64_salt_separator`'),
        rounds: Type.Integer({ minimum: 1, maximum: 120, description: '`rounds`' }),
        mem_cost: Type.Integer({ minimum: 1, maximum: 20, description: '`mem_cost`' }),
      },
      'Firebase: the hash parameters of the project, from its console. Without them no password hash is read.',
    ),
  ),
})
/** How a file of a directory is read, beside its format. */
export type DirectoryFormatOptions = Static<typeof DirectoryFormatOptions>
