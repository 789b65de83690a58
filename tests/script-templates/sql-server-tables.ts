/** The tables of ASP.NET's stores in SQL Server, with the users "ada" (ada@example.org) and "eve" (eve@example.org, blocked). */
import type { TableOptions } from '../support/sql-server/server.ts'

/** The ids of the users where they are of the type uniqueidentifier. */
export const [ada_id, eve_id] = [
  '0B5E3A6C-1D2F-4E5A-8B7C-9D0E1F2A3B4C',
  '1C6F4B7D-2E3A-4F6B-9C8D-0E1F2A3B4C5D',
] as const
const app_id = '9A8B7C6D-5E4F-4A3B-8C2D-1E0F9A8B7C6D'
const at = new Date('2020-01-02T03:04:05Z')

/** Published hashes: PasswordHasherTest.cs of dotnet/aspnetcore, hashcat's modules 141 and 1441, Auth0's template for Universal Providers. */
export const published = {
  identity: {
    password: 'my password',
    v2: 'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==',
    sha256: 'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==',
    sha512:
      'AQAAAAIAAAD6AAAAIJbVi5wbMR+htSfFp8fTw8N8GOS/Sje+S/4YZcgBfU7EQuqv4OkVYmc4VJl9AGZzmRTxSkP7LtVi9IWyUxX8IAAfZ8v+ZfhjCcudtC1YERSqE1OEdXLW9VukPuJWBBjLuw==',
  },
  sha1: { password: 'hashcat', hash: 'ZUgAmuaYTqAvisD0A427FA3oaWU=', salt: 'MjEwNA==' },
  sha256: { password: 'hashcat', hash: '8BFCg/YJBAuZs/wjbH3OWKe69BLr5Lao26ybpnD48Zk=', salt: 'NDg1NTIz' },
  universal: { password: 'password', hash: 'KnTM/CIBAIMHOmrCTaBAXF8IXJCDIEl5mhnS6MESxJw=', salt: 'somerandomsalt' },
}

type Hashed = { hash: string; salt: string }

const membershipColumns = (users: string, window: string): Record<string, string> => ({
  ApplicationId: 'uniqueidentifier not null',
  UserId: `uniqueidentifier primary key references ${users}(UserId)`,
  Password: 'nvarchar(128) not null',
  PasswordFormat: 'int not null',
  PasswordSalt: 'nvarchar(128) not null',
  Email: 'nvarchar(256)',
  IsApproved: 'bit not null',
  IsLockedOut: 'bit not null',
  CreateDate: 'datetime not null',
  LastLoginDate: 'datetime not null',
  LastPasswordChangedDate: 'datetime not null',
  LastLockoutDate: 'datetime not null',
  FailedPasswordAttemptCount: 'int not null',
  FailedPasswordAttemptWindowStart: 'datetime not null',
  FailedPasswordAnswerAttemptCount: 'int not null',
  [window]: 'datetime not null',
})

const member = (UserId: string, Email: string, { hash, salt }: Hashed, window: string) => ({
  ApplicationId: app_id,
  UserId,
  Password: hash,
  PasswordFormat: 1,
  PasswordSalt: salt,
  Email,
  IsApproved: true,
  IsLockedOut: false,
  CreateDate: at,
  LastLoginDate: at,
  LastPasswordChangedDate: at,
  LastLockoutDate: at,
  FailedPasswordAttemptCount: 0,
  FailedPasswordAttemptWindowStart: at,
  FailedPasswordAnswerAttemptCount: 0,
  [window]: at,
})

/** The tables of SqlMembershipProvider, with a user of the same name in another application. */
export function membershipTables(hash: Hashed): Record<string, TableOptions> {
  const window = 'FailedPasswordAnswerAttemptWindowStart'
  const other_id = app_id.replace('9A', '8A')
  const user = (UserId: string, UserName: string, ApplicationId = app_id) => ({
    ApplicationId,
    UserId,
    UserName,
    LoweredUserName: UserName.toLowerCase(),
    IsAnonymous: false,
    LastActivityDate: at,
  })
  const lowered = (row: ReturnType<typeof member>) => ({ ...row, LoweredEmail: row.Email.toLowerCase() })
  const namesake = ada_id.replace('0B', '2B')
  return {
    'dbo.aspnet_Applications': {
      columns: {
        ApplicationName: 'nvarchar(256) not null unique',
        LoweredApplicationName: 'nvarchar(256) not null unique',
        ApplicationId: 'uniqueidentifier primary key',
      },
      rows: [
        { ApplicationName: '/Shop', LoweredApplicationName: '/shop', ApplicationId: app_id },
        { ApplicationName: '/', LoweredApplicationName: '/', ApplicationId: other_id },
      ],
    },
    'dbo.aspnet_Users': {
      columns: {
        ApplicationId: 'uniqueidentifier not null references dbo.aspnet_Applications(ApplicationId)',
        UserId: 'uniqueidentifier primary key',
        UserName: 'nvarchar(256) not null',
        LoweredUserName: 'nvarchar(256) not null',
        IsAnonymous: 'bit not null',
        LastActivityDate: 'datetime not null',
        'unique (ApplicationId, LoweredUserName)': '',
      },
      rows: [user(ada_id, 'Ada'), user(eve_id, 'eve'), user(namesake, 'Ada', other_id)],
    },
    'dbo.aspnet_Membership': {
      columns: { ...membershipColumns('dbo.aspnet_Users', window), LoweredEmail: 'nvarchar(256)' },
      rows: [
        lowered(member(ada_id, 'Ada@Example.org', hash, window)),
        lowered({ ...member(eve_id, 'eve@example.org', hash, window), IsLockedOut: true }),
        lowered({ ...member(namesake, 'ada@example.org', hash, window), ApplicationId: other_id }),
      ],
    },
    'dbo.aspnet_UsersInRoles': {
      columns: { UserId: 'uniqueidentifier references dbo.aspnet_Users(UserId)', RoleId: 'uniqueidentifier' },
      rows: [{ UserId: ada_id, RoleId: app_id }],
    },
    'dbo.aspnet_Profile': { columns: { UserId: 'uniqueidentifier references dbo.aspnet_Users(UserId)' } },
    'dbo.aspnet_PersonalizationPerUser': {
      columns: { UserId: 'uniqueidentifier references dbo.aspnet_Users(UserId)' },
    },
  }
}

/** The tables of Universal Providers. */
export function universalTables(hash: Hashed): Record<string, TableOptions> {
  const window = 'FailedPasswordAnswerAttemptWindowsStart'
  const user = { ApplicationId: app_id, IsAnonymous: false, LastActivityDate: at }
  return {
    'dbo.Applications': {
      columns: { ApplicationName: 'nvarchar(235) not null', ApplicationId: 'uniqueidentifier primary key' },
      rows: [{ ApplicationName: '/', ApplicationId: app_id }],
    },
    'dbo.Users': {
      columns: {
        ApplicationId: 'uniqueidentifier not null references dbo.Applications(ApplicationId)',
        UserId: 'uniqueidentifier primary key',
        UserName: 'nvarchar(50) not null',
        IsAnonymous: 'bit not null',
        LastActivityDate: 'datetime not null',
      },
      rows: [
        { ...user, UserId: ada_id, UserName: 'Ada' },
        { ...user, UserId: eve_id, UserName: 'eve' },
      ],
    },
    'dbo.Memberships': {
      columns: membershipColumns('dbo.Users', window),
      rows: [
        member(ada_id, 'Ada@Example.org', hash, window),
        { ...member(eve_id, 'eve@example.org', hash, window), IsApproved: false },
      ],
    },
    'dbo.UsersInRoles': { columns: { UserId: 'uniqueidentifier references dbo.Users(UserId) on delete cascade' } },
    'dbo.Profiles': {
      columns: { UserId: 'uniqueidentifier references dbo.Users(UserId)' },
      rows: [{ UserId: ada_id }],
    },
  }
}

/** The tables of SimpleMembership; a third user logs in with another provider. */
export const simple_tables: Record<string, TableOptions> = {
  'dbo.UserProfile': {
    columns: { UserId: 'int identity primary key', UserName: 'nvarchar(56) not null unique', Mail: 'nvarchar(100)' },
    rows: [
      { UserName: 'Ada', Mail: 'ada@example.org' },
      { UserName: 'eve', Mail: 'eve@example.org' },
      { UserName: 'google', Mail: 'google@example.org' },
    ],
  },
  'dbo.webpages_Membership': {
    columns: {
      UserId: 'int primary key',
      CreateDate: 'datetime',
      IsConfirmed: 'bit default 0',
      PasswordFailuresSinceLastSuccess: 'int not null default 0',
      Password: 'nvarchar(128) not null',
      PasswordChangedDate: 'datetime',
      PasswordSalt: 'nvarchar(128) not null',
    },
    rows: [
      { UserId: 1, Password: published.identity.v2, PasswordSalt: '', IsConfirmed: true },
      { UserId: 2, Password: published.identity.v2, PasswordSalt: '', IsConfirmed: null },
    ],
  },
  'dbo.webpages_OAuthMembership': { columns: { UserId: 'int' }, rows: [{ UserId: 3 }] },
  'dbo.webpages_UsersInRoles': { columns: { UserId: 'int' }, rows: [{ UserId: 1 }] },
}

/** The columns of ASP.NET Identity 1. */
export const identity_columns = {
  Id: 'nvarchar(128) primary key',
  UserName: 'nvarchar(256) not null unique',
  PasswordHash: 'nvarchar(max)',
  SecurityStamp: 'nvarchar(max)',
}
const identity_2_columns = {
  ...identity_columns,
  Email: 'nvarchar(256)',
  EmailConfirmed: 'bit not null',
  PhoneNumberConfirmed: 'bit not null',
  TwoFactorEnabled: 'bit not null',
  LockoutEnabled: 'bit not null',
  AccessFailedCount: 'int not null',
}
const person = {
  EmailConfirmed: true,
  PhoneNumberConfirmed: false,
  TwoFactorEnabled: false,
  LockoutEnabled: true,
  AccessFailedCount: 0,
  SecurityStamp: 'first',
}
const [ended, lasting] = [new Date('2020-01-02T03:04:05Z'), new Date('2100-01-02T03:04:05Z')]
const references = (users: string): Record<string, TableOptions> => ({
  'dbo.AspNetUserRoles': {
    columns: { UserId: `nvarchar(128) references ${users}(Id) on delete cascade` },
    rows: [{ UserId: 'a1' }],
  },
})

/** The tables of ASP.NET Identity 2. */
export const identity_2_tables: Record<string, TableOptions> = {
  'dbo.AspNetUsers': {
    columns: { ...identity_2_columns, LockoutEndDateUtc: 'datetime' },
    rows: [
      {
        ...person,
        Id: 'a1',
        UserName: 'Ada',
        Email: 'Ada@Example.org',
        PasswordHash: published.identity.v2,
        LockoutEndDateUtc: ended,
      },
      {
        ...person,
        Id: 'e1',
        UserName: 'eve',
        Email: 'eve@example.org',
        PasswordHash: published.identity.v2,
        LockoutEndDateUtc: lasting,
      },
    ],
  },
  ...references('dbo.AspNetUsers'),
}

/** The table of ASP.NET Core Identity. */
export function coreTables(hash: string): Record<string, TableOptions> {
  const names = (UserName: string, Email: string) => ({
    UserName,
    NormalizedUserName: UserName.toUpperCase(),
    Email,
    NormalizedEmail: Email.toUpperCase(),
    PasswordHash: hash,
  })
  return {
    'dbo.AspNetUsers': {
      columns: {
        ...identity_2_columns,
        NormalizedUserName: 'nvarchar(256) unique',
        NormalizedEmail: 'nvarchar(256)',
        ConcurrencyStamp: 'nvarchar(max)',
        LockoutEnd: 'datetimeoffset',
      },
      rows: [
        { ...person, Id: 'a1', ...names('Ada', 'Ada@Example.org'), LockoutEnd: ended },
        { ...person, Id: 'e1', ...names('eve', 'eve@example.org'), LockoutEnd: lasting },
      ],
    },
    ...references('dbo.AspNetUsers'),
  }
}
