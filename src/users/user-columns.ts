import type { JsonObject } from '../base/json.ts'
import type { UsersTable } from '../store/tables.ts'

/** How a column of `users` is stored, searched, sorted and shown. */
export type UserColumn = {
  /** `flag` is stored as 0 or 1, `timestamp` as epoch milliseconds, `object` as JSON text. */
  type: 'text' | 'flag' | 'timestamp' | 'number' | 'object'
  nullable?: true
  /** The column with the canonical form of an identifier, or a name in lower case: used by folded searches and for sorting. */
  canonical?:
    | 'email_lower'
    | 'username_lower'
    | 'name_lower'
    | 'nickname_lower'
    | 'given_name_lower'
    | 'family_name_lower'
  /** Searches of the text ignore letter case. */
  folded?: true
  /** In a search for existence, 0 counts as absent. */
  zero_is_absent?: true
  /** Whether users are sorted by it with an index, or by a scan. */
  sortable?: 'index' | 'scan'
  /** Shown only when it is true. */
  hidden_when_false?: true
  /** The attribute without which this one is not shown. */
  shown_with?: 'email' | 'phone_number'
  /** The OpenID Connect scope that grants the attribute as a claim. */
  scope?: 'profile' | 'email' | 'phone'
}

type NullabilityOf<Stored> = null extends Stored ? { nullable: true } : { nullable?: never }
type Columns = { readonly [Name in keyof UsersTable]?: UserColumn & NullabilityOf<UsersTable[Name]> }

/** The columns that a script, an administrator or the user may set. */
export const profile_columns = {
  email: { type: 'text', nullable: true, canonical: 'email_lower', folded: true, sortable: 'index', scope: 'email' },
  email_verified: { type: 'flag', sortable: 'scan', shown_with: 'email', scope: 'email' },
  username: { type: 'text', nullable: true, canonical: 'username_lower', sortable: 'index' },
  phone_number: { type: 'text', nullable: true, sortable: 'index', scope: 'phone' },
  phone_verified: { type: 'flag', shown_with: 'phone_number', scope: 'phone' },
  name: { type: 'text', nullable: true, canonical: 'name_lower', folded: true, sortable: 'index', scope: 'profile' },
  nickname: {
    type: 'text',
    nullable: true,
    canonical: 'nickname_lower',
    folded: true,
    sortable: 'index',
    scope: 'profile',
  },
  given_name: {
    type: 'text',
    nullable: true,
    canonical: 'given_name_lower',
    folded: true,
    sortable: 'index',
    scope: 'profile',
  },
  family_name: {
    type: 'text',
    nullable: true,
    canonical: 'family_name_lower',
    folded: true,
    sortable: 'index',
    scope: 'profile',
  },
  picture: { type: 'text', nullable: true, scope: 'profile' },
  blocked: { type: 'flag', zero_is_absent: true, sortable: 'scan' },
  user_metadata: { type: 'object' },
  app_metadata: { type: 'object' },
} as const satisfies Columns

/** The columns that only the server sets. */
export const server_columns = {
  user_id: { type: 'text', sortable: 'index' },
  legacy_blocked: { type: 'flag', zero_is_absent: true, hidden_when_false: true },
  created_at: { type: 'timestamp', sortable: 'index' },
  updated_at: { type: 'timestamp', sortable: 'scan', scope: 'profile' },
  last_login: { type: 'timestamp', nullable: true, sortable: 'index' },
  last_ip: { type: 'text', nullable: true },
  logins_count: { type: 'number', zero_is_absent: true, sortable: 'scan' },
  last_password_reset: { type: 'timestamp', nullable: true, sortable: 'index' },
  arrived_through: { type: 'text', nullable: true },
  arrived_at: { type: 'timestamp', nullable: true },
} as const satisfies Columns

/** The columns with JSON objects, which may be large: metadata, and further root attributes that a script returned. */
export const document_columns = ['user_metadata', 'app_metadata', 'extra'] as const satisfies (keyof UsersTable)[]

/** A column with a JSON object. */
export type DocumentColumn = (typeof document_columns)[number]

type ProfileColumns = typeof profile_columns
type AllColumns = ProfileColumns & typeof server_columns

type AttributesOf<Described> = {
  -readonly [Name in keyof Described & keyof UsersTable]: Described[Name] extends { type: 'flag' }
    ? boolean
    : Described[Name] extends { type: 'object' }
      ? JsonObject
      : UsersTable[Name]
}

/** The attributes of a user, each stored in the column of its name. */
export type UserAttributes = AttributesOf<AllColumns>

/** The attributes that a script, an administrator or the user may set. */
export type UserProfile = AttributesOf<ProfileColumns> & {
  /** Further root attributes that a script returned. */
  extra: JsonObject
}

/** The columns of a profile. */
export type ProfileRow = Pick<
  UsersTable,
  | keyof ProfileColumns
  | 'email_lower'
  | 'email_domain'
  | 'username_lower'
  | 'name_lower'
  | 'nickname_lower'
  | 'given_name_lower'
  | 'family_name_lower'
  | 'extra'
>

/** The name of a profile's attribute that is a text. */
export type ProfileText = {
  [Name in keyof ProfileColumns]: ProfileColumns[Name] extends { type: 'text' } ? Name : never
}[keyof ProfileColumns]

// Object.entries returns names as strings; those of a constant object are its keys.
const entriesOf = <Name extends string>(columns: Readonly<Record<Name, UserColumn>>) =>
  Object.entries(columns) as [Name, UserColumn][]

/** The columns of a profile, with their names. */
export const profile_entries = entriesOf<keyof ProfileColumns>(profile_columns)

/** All columns that are attributes of a user, with their names. */
export const user_entries = entriesOf<keyof AllColumns>({ ...server_columns, ...profile_columns })

/** All columns that are attributes of a user, by any name that a request may hold. */
export const user_columns: ReadonlyMap<string, UserColumn> = new Map(user_entries)

/** The names of a profile's attributes that are texts. */
export const profile_texts = profile_entries
  .filter(([, { type }]) => type === 'text')
  .map(([name]) => name as ProfileText)
