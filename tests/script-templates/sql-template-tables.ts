/** A template on a real database: its tables, a user with a published hash, and a user who is blocked. */
export type SqlTemplateCase = {
  template: string
  /** The variant, where a template has several. */
  variant?: string
  servers: string[]
  settings?: Record<string, string>
  /** Statements that create the tables and the users "ada" (ada@example.org) and "eve" (eve@example.org, blocked). */
  tables: string[]
  password: string
  /** The profile of Ada. */
  profile: Record<string, unknown>
  /** Whether a user is found by the user name, too. */
  username?: string
  /** Scripts that the store does not allow. */
  without?: string[]
}

const both = ['PostgreSQL', 'MariaDB']
const laravel = '$2y$10$92IXUNpkjO0rOQ5byMi.Ye4oKoEa3Ro9llC/.og/at2.uheWG/igi'
const django = 'pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c='
const devise = '$2a$11$abcdefghijklmnopqrstuugFJcvHxvOmt8hCUtHzoS6Zy6hs97I5e'
const wordpress = '$wp$2y$10$Q1xinFjrZeLWJBvxviIL6u834Fu.evIEFHAUVisQ5O.w9Dm0sMdES'
const phpass = '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'
const drupal = '$S$5TOxWPdvJRs0P/xZBdrrPlGgzViOS0drHu3jaIjitesfttrp18bk'
const joomla = '$P$D6vpNa203LlaQUah3KcVQIhgFZ4E6o1'
const magento = '13601bda4ea78e55a07b98866d2be6be0744e3866f13c00c811cab608a28f322:salt:1'
const phpbb = '$H$9isfrtKXWqrz8PvztXlL3.daw4U0zI1'
const mediawiki = ':pbkdf2:sha1:4096:20:c2FsdA==:SwB5AbdlSJq+rUnZJvch0GWkKcE='
const spring = '{bcrypt}$2a$10$dXJ3SW6G7P50lGmMkkmwe.20cQQubK3.HZWzG3YB1tlRy.fqvM/BG'
const id = 'id serial primary key'

const wordpress_tables = (hash: string) => [
  `create table wp_users (ID bigint primary key auto_increment, user_login varchar(60) unique not null default '',
    user_pass varchar(255) not null default '', user_nicename varchar(50) not null default '', user_email varchar(100) not null default '',
    user_url varchar(100) not null default '', user_registered datetime not null default '2000-01-01 00:00:00',
    user_activation_key varchar(255) not null default '', user_status int not null default 0,
    display_name varchar(250) not null default '', spam tinyint not null default 0, deleted tinyint not null default 0)`,
  'create table wp_usermeta (umeta_id bigint primary key auto_increment, user_id bigint not null default 0, meta_key varchar(255), meta_value longtext)',
  `insert into wp_users (user_login, user_pass, user_email, display_name, spam) values
    ('ada', '${hash}', 'Ada@Example.org', 'Ada L', 0), ('eve', '${hash}', 'eve@example.org', 'Eve', 1)`,
  `insert into wp_usermeta (user_id, meta_key, meta_value) values (1, 'first_name', 'Ada'), (1, 'last_name', 'Lovelace'), (1, 'first_name', 'A')`,
]

/** The templates of stores in PostgreSQL, MySQL and MariaDB. */
export const sql_templates: SqlTemplateCase[] = [
  {
    template: 'wordpress',
    servers: ['MariaDB'],
    settings: { MULTISITE: 'yes' },
    tables: wordpress_tables(wordpress),
    password: ' admin',
    username: 'ada',
    profile: {
      user_id: '1',
      username: 'ada',
      email: 'Ada@Example.org',
      name: 'Ada L',
      given_name: 'Ada',
      family_name: 'Lovelace',
    },
  },
  {
    template: 'wordpress',
    variant: 'before 6.8',
    servers: ['MariaDB'],
    settings: { MULTISITE: 'yes', VERSION: 'earlier' },
    tables: wordpress_tables(phpass),
    password: 'test12345',
    username: 'ada',
    profile: {
      user_id: '1',
      username: 'ada',
      email: 'Ada@Example.org',
      name: 'Ada L',
      given_name: 'Ada',
      family_name: 'Lovelace',
    },
  },
  ...(['7', '8', '10.1'] as const).map((version) => ({
    template: 'drupal',
    variant: version,
    servers: both,
    settings: { VERSION: version },
    tables:
      version === '7'
        ? [
            `create table users (uid int primary key, name varchar(60) unique, pass varchar(128), mail varchar(254), status int default 0,
              created int default 0, init varchar(254))`,
            'create table users_roles (uid int, rid int)',
            `insert into users values (0, '', '', '', 0, 0, ''), (5, 'ada', '${drupal}', 'ada@example.org', 1, 0, ''),
              (6, 'eve', '${drupal}', 'eve@example.org', 0, 0, '')`,
          ]
        : [
            'create table users (uid int primary key, uuid varchar(128) unique, langcode varchar(12))',
            `create table users_field_data (uid int, langcode varchar(12), default_langcode smallint, name varchar(60), pass varchar(255),
              mail varchar(254), status smallint, created int, changed int, init varchar(254), primary key (uid, langcode))`,
            'create table user__roles (entity_id int, roles_target_id varchar(60))',
            `insert into users values (0, 'a', 'en'), (5, 'b', 'en'), (6, 'c', 'en')`,
            `insert into users_field_data values (0, 'en', 1, '', '', '', 0, 0, 0, ''),
              (5, 'en', 1, 'ada', '${drupal}', 'ada@example.org', 1, 0, 0, ''), (5, 'fr', 0, 'ada', '${drupal}', 'ada@example.org', 1, 0, 0, ''),
              (6, 'en', 1, 'eve', '${drupal}', 'eve@example.org', 0, 0, 0, '')`,
          ],
    password: 'valid password ',
    username: 'ada',
    profile: { user_id: '5', username: 'ada', email: 'ada@example.org' },
  })),
  {
    template: 'joomla',
    servers: both,
    tables: [
      `create table jos_users (${id}, name varchar(400) default '', username varchar(150) unique, email varchar(100), password varchar(100),
        block int default 0, "registerDate" timestamp null, params text not null)`,
      'create table jos_user_usergroup_map (user_id int, group_id int)',
      `insert into jos_users (name, username, email, password, block, params) values ('Ada L', 'ada', 'ada@example.org', '${joomla}', 0, ''),
        ('Eve', 'eve', 'eve@example.org', '${joomla}', 1, '')`,
    ],
    password: 'mySuperSecretPassword',
    username: 'ada',
    profile: { user_id: '1', username: 'ada', email: 'ada@example.org', name: 'Ada L' },
  },
  {
    template: 'laravel',
    servers: both,
    settings: { BLOCKED_COLUMN: 'banned_at' },
    tables: [
      `create table users (${id}, name varchar(255), email varchar(255) unique, email_verified_at timestamp null, password varchar(255),
        banned_at timestamp null, created_at timestamp null, updated_at timestamp null)`,
      `insert into users (name, email, email_verified_at, password, banned_at) values
        ('Ada L', 'ada@example.org', '2020-01-02 03:04:05', '${laravel}', null), ('Eve', 'eve@example.org', null, '${laravel}', '2020-01-02 03:04:05')`,
    ],
    password: 'password',
    profile: { user_id: '1', email: 'ada@example.org', email_verified: true, name: 'Ada L' },
  },
  {
    template: 'django',
    servers: both,
    tables: [
      `create table auth_user (${id}, password varchar(128) not null, last_login timestamp null, is_superuser boolean not null,
        username varchar(150) unique not null, first_name varchar(150) not null, last_name varchar(150) not null, email varchar(254) not null,
        is_staff boolean not null, is_active boolean not null, date_joined timestamp not null)`,
      `insert into auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined) values
        ('${django}', false, 'ada', 'Ada', 'Lovelace', 'ada@example.org', false, true, '2020-01-02 03:04:05'),
        ('${django}', false, 'eve', '', '', 'eve@example.org', false, false, '2020-01-02 03:04:05')`,
    ],
    password: 'lètmein',
    username: 'ada',
    profile: { user_id: '1', username: 'ada', email: 'ada@example.org', given_name: 'Ada', family_name: 'Lovelace' },
  },
  {
    template: 'devise',
    servers: both,
    settings: { PEPPER: 'pepper123', LOCKED_AT_COLUMN: 'locked_at', UNVERIFIED: 'allow', BCRYPT_COST: '4' },
    tables: [
      `create table users (${id}, email varchar(255) unique not null, encrypted_password varchar(255) not null, confirmed_at timestamp null,
        locked_at timestamp null, created_at timestamp not null, updated_at timestamp not null)`,
      `insert into users (email, encrypted_password, confirmed_at, locked_at, created_at, updated_at) values
        ('ada@example.org', '${devise}', '2020-01-02 03:04:05', '2020-01-02 03:04:05', '2020-01-02 03:04:05', '2020-01-02 03:04:05'),
        ('eve@example.org', '${devise}', '2020-01-02 03:04:05', '2038-01-02 03:04:05', '2020-01-02 03:04:05', '2020-01-02 03:04:05')`,
    ],
    password: 'password',
    profile: { user_id: '1', email: 'ada@example.org', email_verified: true },
  },
  {
    template: 'spring-security',
    servers: both,
    settings: { EMAIL_COLUMN: 'mail' },
    tables: [
      'create table users (username varchar(50) primary key, password varchar(500) not null, enabled boolean not null, mail varchar(200))',
      'create table authorities (username varchar(50) references users (username), authority varchar(50))',
      `insert into users values ('ada', '${spring}', true, 'ada@example.org'), ('eve', '${spring}', false, 'eve@example.org')`,
    ],
    password: 'password',
    username: 'ada',
    profile: { user_id: 'ada', username: 'ada', email: 'ada@example.org' },
  },
  {
    template: 'magento',
    servers: ['MariaDB'],
    settings: { WEBSITE_ID: '2' },
    tables: [
      `create table customer_entity (entity_id int unsigned primary key auto_increment, website_id smallint, store_id smallint default 0,
        group_id smallint default 0, email varchar(255), firstname varchar(255), lastname varchar(255), password_hash varchar(128),
        confirmation varchar(64), lock_expires timestamp null, unique (email, website_id))`,
      `insert into customer_entity (website_id, email, firstname, lastname, password_hash, confirmation) values
        (1, 'ada@example.org', 'Other', 'Other', 'x', null), (2, 'ada@example.org', 'Ada', 'Lovelace', '${magento}', null),
        (2, 'eve@example.org', 'Eve', '', '${magento}', 'key')`,
    ],
    password: 'password',
    profile: { user_id: '2', email: 'ada@example.org', given_name: 'Ada', family_name: 'Lovelace' },
  },
  {
    template: 'phpbb',
    servers: both,
    tables: [
      `create table phpbb_users (user_id serial primary key, username varchar(255), username_clean varchar(255) unique, user_password varchar(255),
        user_email varchar(100), user_type int, group_id int, user_regdate int, user_passchg int, user_permissions text, user_sig text)`,
      'create table phpbb_banlist (ban_userid int, ban_end int, ban_exclude int)',
      'create table phpbb_user_group (user_id int, group_id int)',
      `insert into phpbb_users (username, username_clean, user_password, user_email, user_type) values ('Anonymous', 'anonymous', '', '', 2),
        ('ada', 'ada', '${phpbb}', 'ada@example.org', 0), ('eve', 'eve', '${phpbb}', 'eve@example.org', 0)`,
      'insert into phpbb_banlist values (3, 0, 0), (2, 1000, 0)',
    ],
    password: ' test',
    username: 'ADA',
    profile: { user_id: '2', username: 'ada', email: 'ada@example.org' },
  },
  ...(['4', '5'] as const).map((version) => ({
    template: 'vbulletin',
    variant: version,
    servers: ['MariaDB'],
    settings: { VERSION: version },
    tables: [
      `create table user (userid int unsigned primary key auto_increment, username varchar(100), email varchar(100), usergroupid int, joindate int,
        password varchar(32), salt varchar(30), token varchar(255), scheme varchar(100))`,
      'create table userban (userid int, liftdate int)',
      `insert into user (username, email, usergroupid, password, salt, token, scheme) values
        ('ada', 'ada@example.org', 2, 'b452c54c44c588fc095d2d000935c470', '9^F', '$2a$05$/VT2Xs2dMd8GJKfrXhjYP.DkTjOVrY12yDN7/6I8ZV0q/1lEohLru', 'blowfish:5'),
        ('eve', 'eve@example.org', 2, 'b452c54c44c588fc095d2d000935c470', '9^F', '$2a$05$/VT2Xs2dMd8GJKfrXhjYP.DkTjOVrY12yDN7/6I8ZV0q/1lEohLru', 'blowfish:5')`,
      'insert into userban values (2, 0), (1, 1000)',
    ],
    password: version === '4' ? 'foobar' : 'hashcat',
    username: 'ada',
    profile: { user_id: '1', username: 'ada', email: 'ada@example.org' },
  })),
  {
    template: 'mediawiki',
    servers: ['MariaDB'],
    tables: [
      `create table user (user_id int unsigned primary key auto_increment, user_name varbinary(255) unique, user_real_name varbinary(255) default '',
        user_password tinyblob, user_newpassword tinyblob, user_email tinyblob, user_touched binary(14), user_token binary(32),
        user_email_authenticated binary(14), user_registration binary(14))`,
      `insert into user (user_name, user_real_name, user_password, user_email, user_email_authenticated) values
        ('Ada', 'Ada L', '${mediawiki}', 'ada@example.org', '20200102030405')`,
    ],
    password: 'password',
    username: 'ada',
    without: ['delete', 'blocked'],
    profile: { user_id: '1', username: 'Ada', email: 'ada@example.org', email_verified: true, name: 'Ada L' },
  },
  ...(['bcrypt', 'argon2id', 'pbkdf2', 'md5', 'sha512'] as const).flatMap((hash) =>
    (['postgresql', 'mysql'] as const).map((template) => ({
      template,
      variant: hash,
      servers: [template === 'mysql' ? 'MariaDB' : 'PostgreSQL'],
      settings: {
        TABLE: 'members',
        USERNAME_COLUMN: 'login',
        PASSWORD_COLUMN: 'secret',
        SALT_COLUMN: 'salt',
        SALT_ENCODING: hash === 'pbkdf2' ? 'base64' : 'utf8',
        HASH_ENCODING: hash === 'sha512' ? 'base64' : 'hex',
        ACTIVE_COLUMN: 'active',
        EMAIL_VERIFIED_COLUMN: 'verified',
        NEW_ID: 'uuid',
        PASSWORD_HASH: hash,
        BCRYPT_COST: '4',
      },
      tables: [
        `create table members (id varchar(36) primary key, login varchar(50), email varchar(200), secret varchar(300), salt varchar(100),
          verified boolean not null default false, active boolean not null)`,
        `insert into members (id, login, email, secret, verified, active) values ('a1', 'ada', 'Ada@Example.org', '${laravel}', true, true),
          ('e1', 'eve', 'eve@example.org', '${laravel}', true, false)`,
      ],
      password: 'password',
      username: 'ada',
      profile: { user_id: 'a1', username: 'ada', email: 'Ada@Example.org', email_verified: true },
    })),
  ),
]
