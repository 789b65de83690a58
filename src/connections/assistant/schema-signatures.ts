import type { Role } from './column-names.ts'
import type { Engine } from './dialects.ts'
import { hasColumn, type Table } from './schema.ts'

type Found = { prefix: string; tables: Map<string, Table>; engine: Engine }

/** What the tables of a software have. */
export type Signature = {
  template: string
  engines: Engine[]
  /** Tables after the common prefix, with the columns that they must have; the first has the users. */
  tables: Record<string, string[]>
  columns: Partial<Record<Role, string>>
  where?: string
  open_settings?: string[]
  /** A column that the first table must not have. */
  without?: string
  settings?(found: Found): Record<string, string>
}

const all_sql: Engine[] = ['mysql', 'postgresql']

const identity_columns = {
  id: 'Id',
  email: 'Email',
  username: 'UserName',
  password: 'PasswordHash',
  phone: 'PhoneNumber',
  email_verified: 'EmailConfirmed',
} as const
const membership_columns_required = [
  'UserId',
  'Password',
  'PasswordSalt',
  'PasswordFormat',
  'IsApproved',
  'IsLockedOut',
]
const membership_columns = {
  id: 'UserId',
  email: 'Email',
  password: 'Password',
  salt: 'PasswordSalt',
  active: 'IsApproved',
  blocked: 'IsLockedOut',
  last_login: 'LastLoginDate',
  created_at: 'CreateDate',
} as const

/** The software whose tables have names and columns of their own. */
export const signatures: Signature[] = [
  {
    template: 'wordpress',
    engines: ['mysql'],
    tables: {
      users: ['ID', 'user_login', 'user_pass', 'user_nicename', 'user_email'],
      usermeta: ['user_id', 'meta_key', 'meta_value'],
    },
    columns: {
      id: 'ID',
      email: 'user_email',
      username: 'user_login',
      password: 'user_pass',
      name: 'display_name',
      blocked: 'spam',
      created_at: 'user_registered',
    },
    settings: ({ prefix, tables }) => ({
      PREFIX: prefix,
      MULTISITE: hasColumn(tables.get('users'), 'spam') ? 'yes' : 'no',
    }),
  },
  {
    template: 'drupal',
    engines: all_sql,
    tables: {
      users_field_data: ['uid', 'name', 'pass', 'mail', 'status', 'default_langcode'],
      users: ['uid', 'uuid'],
    },
    columns: {
      id: 'uid',
      email: 'mail',
      username: 'name',
      password: 'pass',
      active: 'status',
      last_login: 'login',
      created_at: 'created',
    },
    where: 'uid > 0 AND default_langcode = 1',
    settings: ({ prefix }) => ({ PREFIX: prefix, VERSION: '10.1' }),
  },
  {
    template: 'drupal',
    engines: all_sql,
    tables: { users: ['uid', 'name', 'pass', 'mail', 'status'], users_roles: ['uid', 'rid'] },
    columns: {
      id: 'uid',
      email: 'mail',
      username: 'name',
      password: 'pass',
      active: 'status',
      last_login: 'login',
      created_at: 'created',
    },
    where: 'uid > 0',
    settings: ({ prefix }) => ({ PREFIX: prefix, VERSION: '7' }),
  },
  {
    template: 'joomla',
    engines: all_sql,
    tables: {
      users: ['id', 'name', 'username', 'email', 'password', 'block'],
      user_usergroup_map: ['user_id', 'group_id'],
    },
    columns: {
      id: 'id',
      email: 'email',
      username: 'username',
      password: 'password',
      name: 'name',
      blocked: 'block',
      last_login: 'lastvisitDate',
      created_at: 'registerDate',
    },
    settings: ({ prefix }) => ({ PREFIX: prefix }),
  },
  {
    template: 'magento',
    engines: ['mysql'],
    tables: { customer_entity: ['entity_id', 'website_id', 'email', 'password_hash'] },
    columns: {
      id: 'entity_id',
      email: 'email',
      password: 'password_hash',
      given_name: 'firstname',
      family_name: 'lastname',
      created_at: 'created_at',
    },
    open_settings: ['WEBSITE_ID'],
    settings: ({ prefix }) => ({ PREFIX: prefix }),
  },
  {
    template: 'phpbb',
    engines: all_sql,
    tables: {
      users: ['user_id', 'username', 'username_clean', 'user_password', 'user_email', 'user_type'],
      banlist: ['ban_userid'],
    },
    columns: {
      id: 'user_id',
      email: 'user_email',
      username: 'username',
      password: 'user_password',
      last_login: 'user_lastvisit',
      created_at: 'user_regdate',
    },
    where: 'user_id > 1 AND user_type <> 2',
    settings: ({ prefix }) => ({ PREFIX: prefix }),
  },
  {
    template: 'vbulletin',
    engines: ['mysql'],
    tables: {
      user: ['userid', 'username', 'email', 'usergroupid', 'token', 'scheme'],
      userban: ['userid', 'liftdate'],
    },
    columns: {
      id: 'userid',
      email: 'email',
      username: 'username',
      password: 'token',
      last_login: 'lastvisit',
      created_at: 'joindate',
    },
    settings: ({ prefix }) => ({ PREFIX: prefix, VERSION: '5' }),
  },
  {
    template: 'vbulletin',
    engines: ['mysql'],
    tables: {
      user: ['userid', 'username', 'email', 'usergroupid', 'password', 'salt'],
      userban: ['userid', 'liftdate'],
    },
    columns: {
      id: 'userid',
      email: 'email',
      username: 'username',
      password: 'password',
      salt: 'salt',
      last_login: 'lastvisit',
      created_at: 'joindate',
    },
    settings: ({ prefix }) => ({ PREFIX: prefix, VERSION: '4' }),
  },
  {
    template: 'mediawiki',
    engines: ['mysql'],
    tables: { user: ['user_id', 'user_name', 'user_password', 'user_email', 'user_email_authenticated', 'user_token'] },
    columns: {
      id: 'user_id',
      email: 'user_email',
      username: 'user_name',
      password: 'user_password',
      name: 'user_real_name',
      email_verified: 'user_email_authenticated',
      created_at: 'user_registration',
    },
    settings: ({ prefix }) => ({ PREFIX: prefix }),
  },
  {
    template: 'aspnet-identity-core',
    engines: ['sql-server'],
    tables: { AspNetUsers: ['Id', 'UserName', 'NormalizedUserName', 'PasswordHash', 'SecurityStamp'] },
    columns: identity_columns,
  },
  {
    template: 'aspnet-identity',
    engines: ['sql-server'],
    tables: { AspNetUsers: ['Id', 'UserName', 'PasswordHash', 'SecurityStamp'] },
    without: 'NormalizedUserName',
    columns: identity_columns,
    settings: ({ tables }): Record<string, string> =>
      hasColumn(tables.get('AspNetUsers'), 'Email') ? {} : { VERSION: '1' },
  },
  {
    template: 'aspnet-membership',
    engines: ['sql-server'],
    tables: {
      aspnet_Membership: membership_columns_required,
      aspnet_Users: ['ApplicationId', 'UserId', 'LoweredUserName'],
      aspnet_Applications: ['ApplicationId', 'ApplicationName'],
    },
    columns: membership_columns,
    open_settings: ['APPLICATION'],
  },
  {
    template: 'aspnet-universal-providers',
    engines: ['sql-server'],
    tables: {
      Memberships: membership_columns_required,
      Users: ['ApplicationId', 'UserId', 'UserName'],
      Applications: ['ApplicationId', 'ApplicationName'],
    },
    columns: membership_columns,
    open_settings: ['APPLICATION'],
  },
  {
    template: 'aspnet-simple-membership',
    engines: ['sql-server'],
    tables: { UserProfile: ['UserId', 'UserName'], webpages_Membership: ['UserId', 'Password', 'IsConfirmed'] },
    columns: { id: 'UserId', username: 'UserName' },
    open_settings: ['EMAIL_COLUMN'],
  },
]
