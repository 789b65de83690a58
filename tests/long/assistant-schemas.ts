/** A schema that an application made by itself, and what the assistant must find in it. */
export type HomeMadeSchema = {
  title: string
  servers: ('PostgreSQL' | 'MariaDB')[]
  statements: string[]
  table: string
  columns: Record<string, string>
  settings?: Record<string, string>
}

const bcrypt = '$2y$10$92IXUNpkjO0rOQ5byMi.Ye4oKoEa3Ro9llC/.og/at2.uheWG/igi'
const md5 = '5f4dcc3b5aa765d61d8327deb882cf99'
const sha1 = '5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8'
const both = ['PostgreSQL', 'MariaDB'] as const satisfies HomeMadeSchema['servers']

/** Schemas in odd shapes: languages, types, names, places. */
export const home_made_schemas: HomeMadeSchema[] = [
  {
    title: 'German names, Y and N, CHAR that is padded',
    servers: [...both],
    statements: [
      `create table benutzer (benutzer_id char(12) primary key, kennwort char(80), email_adresse char(100), gesperrt char(1), vorname varchar(40),
        nachname varchar(40), telefon varchar(30), letzter_login timestamp null, erstellt_am timestamp null)`,
      `insert into benutzer (benutzer_id, kennwort, email_adresse, gesperrt) values ('B1', '${bcrypt}', 'ada@example.org', 'N'), ('B2', '${bcrypt}', 'eve@example.org', 'J')`,
      'create table bestellung (id int primary key, benutzer_id char(12), betrag int)',
    ],
    table: 'benutzer',
    columns: {
      id: 'benutzer_id',
      email: 'email_adresse',
      password: 'kennwort',
      blocked: 'gesperrt',
      given_name: 'vorname',
      family_name: 'nachname',
      phone: 'telefon',
      last_login: 'letzter_login',
      created_at: 'erstellt_am',
    },
    settings: { TABLE: 'benutzer', PASSWORD_COLUMN: 'kennwort', BLOCKED_COLUMN: 'gesperrt' },
  },
  {
    title: 'Spanish names, BIT(1)',
    servers: [...both],
    statements: [
      `create table usuarios (id_usuario int primary key, correo varchar(200), contrasena varchar(64), bloqueado bit(1), nombre varchar(60),
        apellidos varchar(60), movil varchar(20), fecha_alta date)`,
      `insert into usuarios values (1, 'ada@example.org', '${md5}', b'0', 'Ada', 'L', null, null), (2, 'eve@example.org', '${md5}', b'1', 'Eve', 'M', null, null)`,
      'create table pedidos (id int primary key, id_usuario int)',
    ],
    table: 'usuarios',
    columns: {
      id: 'id_usuario',
      email: 'correo',
      password: 'contrasena',
      blocked: 'bloqueado',
      given_name: 'nombre',
      family_name: 'apellidos',
      phone: 'movil',
      created_at: 'fecha_alta',
    },
    settings: { TABLE: 'usuarios', PASSWORD_HASH: 'md5', EMAIL_COLUMN: 'correo' },
  },
  {
    title: 'French names, a salt, names of columns that say little',
    servers: [...both],
    statements: [
      `create table membres (identifiant varchar(40), courriel varchar(120), mdp varchar(40), sel varchar(20), actif smallint, prenom varchar(40),
        nom varchar(40), num int primary key)`,
      `insert into membres values ('ada', 'ada@example.org', '${sha1}', 'pepper', 1, 'Ada', 'L', 1), ('eve', 'eve@example.org', '${sha1}', 'cumin', 0, 'Eve', 'M', 2)`,
    ],
    table: 'membres',
    columns: {
      id: 'num',
      username: 'identifiant',
      email: 'courriel',
      password: 'mdp',
      salt: 'sel',
      active: 'actif',
      given_name: 'prenom',
      family_name: 'nom',
    },
    settings: { SALT_COLUMN: 'sel', PASSWORD_HASH: 'sha1', ACTIVE_COLUMN: 'actif' },
  },
  {
    title: 'columns whose values tell what they are',
    servers: [...both],
    statements: [
      'create table personen (nr int primary key, feld1 varchar(100), feld2 varchar(100), feld3 varchar(100))',
      `insert into personen values (1, 'ada@example.org', '${bcrypt}', 'red'), (2, 'eve@example.org', '${bcrypt}', 'blue'), (3, 'ben@example.org', '${bcrypt}', 'red')`,
    ],
    table: 'personen',
    columns: { id: 'nr', email: 'feld1', password: 'feld2' },
    settings: { TABLE: 'personen', ID_COLUMN: 'nr', EMAIL_COLUMN: 'feld1', PASSWORD_COLUMN: 'feld2' },
  },
  {
    title: 'a copy of the users, a log, and tables of other things',
    servers: [...both],
    statements: [
      'create table users_backup_2019 (id int primary key, email varchar(200), password varchar(100))',
      `insert into users_backup_2019 values (1, 'old@example.org', '${bcrypt}')`,
      'create table login_log (id int primary key, username varchar(50), created_at timestamp null)',
      'create table newsletter (id int primary key, email varchar(200), confirmed_at timestamp null)',
      `insert into newsletter values (1, 'news@example.org', null)`,
      'create table app_users (id int primary key, login varchar(50) unique, email varchar(200), password_hash varchar(100), is_active smallint, email_verified_at timestamp null)',
      `insert into app_users values (7, 'ada', 'ada@example.org', '${bcrypt}', 1, null)`,
    ],
    table: 'app_users',
    columns: {
      id: 'id',
      username: 'login',
      email: 'email',
      password: 'password_hash',
      active: 'is_active',
      email_verified: 'email_verified_at',
    },
    settings: { TABLE: 'app_users', USERNAME_COLUMN: 'login', EMAIL_VERIFIED_FORM: 'time' },
  },
  {
    title: 'a second schema, names in upper case, an id of bytes',
    servers: ['PostgreSQL'],
    statements: [
      'create schema crm',
      `create table crm."TBL_CUSTOMER" ("CUST_ID" bytea primary key, "CUST_EMAIL" text, "CUST_PWD" text, "DELETED_AT" timestamptz)`,
      `insert into crm."TBL_CUSTOMER" values ('\\x01ff', 'ada@example.org', '${bcrypt}', null)`,
      'create table settings (id int primary key, name text, value text)',
    ],
    table: 'crm.TBL_CUSTOMER',
    columns: { id: 'CUST_ID', email: 'CUST_EMAIL', password: 'CUST_PWD', blocked: 'DELETED_AT' },
    settings: { TABLE: 'crm.TBL_CUSTOMER', ID_FORM: 'binary', BLOCKED_COLUMN: 'DELETED_AT' },
  },
  {
    title: 'a view that joins persons and credentials, citext',
    servers: ['PostgreSQL'],
    statements: [
      'create table person (person_id uuid primary key, full_name text, mail text)',
      'create table credential (person_id uuid, hash text)',
      `insert into person values ('00000000-0000-4000-8000-000000000001', 'Ada L', 'ada@example.org')`,
      `insert into credential values ('00000000-0000-4000-8000-000000000001', '${bcrypt}')`,
      'create view v_login as select p.person_id, p.mail, p.full_name, c.hash as password_hash from person p join credential c using (person_id)',
    ],
    table: 'v_login',
    columns: { id: 'person_id', email: 'mail', password: 'password_hash', name: 'full_name' },
    settings: { TABLE: 'v_login', ID_COLUMN: 'person_id' },
  },
  {
    title: 'names in camel case, BINARY(16), a collation that tells letter case',
    servers: ['MariaDB'],
    statements: [
      `create table Account (accountId binary(16) primary key, emailAddress varchar(190) collate utf8mb4_bin, passwordHash varbinary(100), isDisabled tinyint(1),
        displayName varchar(80), otpSecret varchar(40)) character set utf8mb4`,
      `insert into Account values (unhex('000102030405060708090a0b0c0d0e0f'), 'ada@example.org', '${bcrypt}', 0, 'Ada', null)`,
    ],
    table: 'Account',
    columns: {
      id: 'accountId',
      email: 'emailAddress',
      password: 'passwordHash',
      blocked: 'isDisabled',
      name: 'displayName',
    },
    settings: { TABLE: 'Account', ID_FORM: 'binary', IDENTIFIER_MATCH: 'ignore_case' },
  },
]
