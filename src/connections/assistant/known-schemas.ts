import type { ChosenColumn } from './choose-columns.ts'
import type { Role } from './column-names.ts'
import type { Engine } from './dialects.ts'
import type { Column, Table } from './schema.ts'

/** The schema of a software for which there is a template, as it was found. */
export type KnownSchema = {
  template: string
  /** Why it is this one. */
  reason: string
  users: Table
  columns: ChosenColumn[]
  /** The settings that the tables tell. */
  settings: Record<string, string>
  /** Settings that the tables do not tell. */
  open_settings: string[]
  /** A condition of SQL for rows that are users. */
  where?: string
}

type Found = { prefix: string; tables: Map<string, Table>; engine: Engine }

type Signature = {
  template: string
  engines: Engine[]
  /** Tables after the common prefix, with the columns that they must have; the first has the users. */
  tables: Record<string, string[]>
  columns: Partial<Record<Role, string>>
  where?: string
  open_settings?: string[]
  settings?(found: Found): Record<string, string>
}

const all_sql: Engine[] = ['mysql', 'postgresql']

const signatures: Signature[] = [
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
]

/** Whether two names differ in letter case at most. */
export const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

function columnOf(table: Table | undefined, name: string): Column | undefined {
  return table?.columns.find((column) => sameName(column.name, name))
}

const hasColumn = (table: Table | undefined, name: string): boolean => columnOf(table, name) !== undefined
/** Whether a table has all of these columns, in any letter case. */
export const hasColumns = (table: Table | undefined, names: string[]): boolean =>
  names.every((name) => hasColumn(table, name))

/** The columns of a software, which its tables name. */
function fixedColumns(table: Table, columns: Partial<Record<Role, string>>, reason: string): ChosenColumn[] {
  return Object.entries(columns).flatMap(([role, name]) => {
    const column = columnOf(table, name)
    return column === undefined ? [] : [{ role: role as Role, column, score: 100, reason }]
  })
}

function matches(signature: Signature, tables: Table[], engine: Engine): KnownSchema[] {
  const names = Object.keys(signature.tables)
  const [first = ''] = names
  return tables.flatMap((users) => {
    if (!users.bare_name.toLowerCase().endsWith(first.toLowerCase())) return []
    const prefix = users.bare_name.slice(0, users.bare_name.length - first.length)
    const found = new Map(
      names.flatMap((name) => {
        const table = tables.find((each) => sameName(each.bare_name, `${prefix}${name}`))
        return table !== undefined && hasColumns(table, signature.tables[name] ?? []) ? [[name, table] as const] : []
      }),
    )
    if (found.size < names.length) return []
    const reason = `the tables ${[...found.values()].map(({ bare_name }) => bare_name).join(', ')} have its columns`
    const { template, columns, where, open_settings = [], settings } = signature
    return [
      {
        template,
        reason,
        users,
        columns: fixedColumns(users, columns, 'it has this name in this software'),
        settings: settings?.({ prefix, tables: found, engine }) ?? {},
        open_settings,
        ...(where === undefined ? {} : { where }),
      },
    ]
  })
}

/** The schemas of software whose tables have names and columns of their own, in the default schema. */
export function knownSchemas(tables: Table[], engine: Engine): KnownSchema[] {
  const of_default_schema = tables.filter(({ is_default_schema }) => is_default_schema)
  return signatures
    .filter(({ engines }) => engines.includes(engine))
    .flatMap((signature) => matches(signature, of_default_schema, engine))
}
