import { type SqlServer, startSqlServer, type TableOptions } from '../support/sql-server/server.ts'
import {
  ada_id,
  coreTables,
  eve_id,
  identity_2_tables,
  identity_columns,
  membershipTables,
  published,
  simple_tables,
  universalTables,
} from './sql-server-tables.ts'
import type { OpenedStore, TemplateCase } from './template-tests.ts'

/** A template with its tables in SQL Server, and the users "ada" and "eve" in them. */
type SqlServerCase = Omit<TemplateCase, 'title' | 'open'> & {
  variant?: string
  settings?: Record<string, string>
  tables: Record<string, TableOptions>
}

const laravel = '$2y$10$92IXUNpkjO0rOQ5byMi.Ye4oKoEa3Ro9llC/.og/at2.uheWG/igi'
const table_case = {
  settings: {
    TABLE: 'app.members',
    USERNAME_COLUMN: 'Login',
    EMAIL_COLUMN: 'Mail',
    PASSWORD_COLUMN: 'Secret',
    SALT_COLUMN: 'Salt',
    ACTIVE_COLUMN: 'Active',
    EMAIL_VERIFIED_COLUMN: 'Verified',
    NEW_ID: 'uuid',
    BCRYPT_COST: '4',
  },
  tables: {
    'app.members': {
      columns: {
        Id: 'uniqueidentifier primary key',
        Login: 'nchar(20)',
        Mail: 'varchar(200) unique',
        Secret: 'char(100)',
        Salt: 'nvarchar(100)',
        Verified: 'bit not null default 0',
        Active: 'bit not null',
      },
      rows: [
        { Id: ada_id, Login: 'ada', Mail: 'Ada@Example.org', Secret: laravel, Verified: true, Active: true },
        { Id: eve_id, Login: 'eve', Mail: 'eve@example.org', Secret: laravel, Verified: true, Active: false },
      ],
    },
  },
  password: 'password',
  username: 'ada',
  profile: { user_id: ada_id, username: 'ada', email: 'Ada@Example.org', email_verified: true },
}

const guid_profile = { user_id: ada_id, username: 'Ada', email: 'Ada@Example.org' }
const identity_profile = { user_id: 'a1', username: 'Ada', email: 'Ada@Example.org', email_verified: true }
const of_identity = { password: published.identity.password, username: 'ada', profile: identity_profile }

const cases: SqlServerCase[] = [
  ...['bcrypt', 'pbkdf2', 'sha512'].map((hash) => ({
    ...table_case,
    template: 'sql-server',
    variant: hash,
    settings: { ...table_case.settings, PASSWORD_HASH: hash, HASH_ITERATIONS: '1000', HASH_ENCODING: 'base64' },
  })),
  { ...table_case, template: 'azure-sql' },
  ...(['sha1', 'sha256'] as const).map((digest) => ({
    template: 'aspnet-membership',
    variant: digest,
    settings: { APPLICATION: '/Shop', PASSWORD_HASH: `membership-${digest}` },
    tables: membershipTables(published[digest]),
    password: published[digest].password,
    username: 'ada',
    profile: guid_profile,
  })),
  {
    template: 'aspnet-universal-providers',
    tables: universalTables(published.universal),
    password: published.universal.password,
    username: 'ada',
    profile: guid_profile,
  },
  ...(['refuse', 'allow'] as const).map((UNVERIFIED) => ({
    template: 'aspnet-simple-membership',
    variant: UNVERIFIED,
    settings: { UNVERIFIED, EMAIL_COLUMN: 'Mail' },
    tables: simple_tables,
    password: published.identity.password,
    username: 'ada',
    // A new user must confirm the address first.
    without: UNVERIFIED === 'refuse' ? ['create', 'change_email'] : ['blocked'],
    profile: { user_id: '1', username: 'Ada', email: 'ada@example.org', email_verified: true },
  })),
  {
    template: 'aspnet-simple-membership',
    variant: 'user names that are addresses',
    settings: { UNVERIFIED: 'allow' },
    tables: {
      ...simple_tables,
      'dbo.UserProfile': {
        columns: { UserId: 'int identity primary key', UserName: 'nvarchar(56) not null unique' },
        rows: [{ UserName: 'Ada@Example.org' }],
      },
    },
    password: published.identity.password,
    without: ['blocked', 'create'],
    profile: { user_id: '1', username: 'Ada@Example.org', email: 'Ada@Example.org', email_verified: true },
  },
  { ...of_identity, template: 'aspnet-identity', tables: identity_2_tables },
  {
    template: 'aspnet-identity',
    variant: 'version 1',
    settings: { VERSION: '1' },
    tables: {
      'dbo.AspNetUsers': {
        columns: { ...identity_columns, Discriminator: 'nvarchar(128) not null' },
        rows: [
          {
            Id: 'a1',
            UserName: 'Ada@Example.org',
            PasswordHash: published.identity.v2,
            Discriminator: 'ApplicationUser',
          },
        ],
      },
    },
    password: published.identity.password,
    without: ['blocked', 'create'],
    profile: { user_id: 'a1', username: 'Ada@Example.org', email: 'Ada@Example.org' },
  },
  ...(['sha1', 'sha256', 'sha512'] as const).map((digest) => ({
    ...of_identity,
    template: 'aspnet-identity-core',
    variant: digest,
    settings: { HASH_DIGEST: digest, HASH_ITERATIONS: '1000' },
    // No hash of version 3 with HMAC-SHA-1 is published: new ones are written with it.
    tables: coreTables(published.identity[digest === 'sha1' ? 'sha256' : digest]),
  })),
]

/** Opens a protocol server with the tables. */
export async function openSqlServer(tables: Record<string, TableOptions>): Promise<SqlServer> {
  const server = await startSqlServer()
  for (const [name, table] of Object.entries(tables)) server.createTable(name, table)
  return server
}

async function open({ tables, settings }: SqlServerCase): Promise<OpenedStore> {
  const server = await openSqlServer(tables)
  return {
    settings: { DATABASE_URL: `${server.url}?encrypt=false`, ...settings },
    snapshot: () => Promise.resolve(server.snapshot()),
    async stop() {
      await server.stop()
      if (server.refused.length > 0) throw new Error(`statements were not understood: ${server.refused.join('; ')}`)
    },
  }
}

/** The templates of SQL Server, on a server that speaks its protocol. */
export const sql_server_template_cases: TemplateCase[] = cases.map((each) => ({
  ...each,
  title: `${each.template}${each.variant === undefined ? '' : ` (${each.variant})`} on SQL Server's protocol`,
  open: () => open(each),
}))
