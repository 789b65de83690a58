import { Type, type Static } from 'typebox'
import { scriptNames, type ScriptName } from './action-scripts.ts'
import { ConnectionAttributes } from './connection-attributes.ts'
import { patterns } from './patterns.ts'
import { Choice, HttpUrl } from './route.ts'

const Script = (name: ScriptName) =>
  Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100_000,
      description:
        name === 'list_users'
          ? 'Ours: source of the script that lists the users of the legacy store in pages. Only Try runs it.'
          : `Source of the \`${name}\` action script: one function expression.`,
    }),
  )

/** The action scripts of a connection, by Auth0's keys. */
export const CustomScripts = Type.Object(
  Object.fromEntries(scriptNames.map((name) => [name, Script(name)])) as Record<ScriptName, ReturnType<typeof Script>>,
  { additionalProperties: false },
)

/** The hosts that a connection's scripts may connect to. */
export const Egress = Type.Object(
  {
    mode: Type.Optional(
      Type.Union([Type.Literal('open'), Type.Literal('allow_list')], {
        description:
          '`open` (the default) reaches any host on public networks; `allow_list` reaches only what `allow` names.',
      }),
    ),
    allow: Type.Optional(
      Type.Array(
        Type.String({
          pattern: patterns.host_port.pattern,
          maxLength: 300,
          description: 'A host and a port: "db.example.com:5432", "127.0.0.1:5432", "[::1]:5432"',
        }),
        {
          maxItems: 100,
          description:
            "host:port pairs; an IPv6 address stands in brackets. This machine, private networks and Wherry's own store and ports are reachable only when named here, and only in tenants that the operator lists in WHERRY_EGRESS_PRIVATE_TENANTS. Link-local and metadata addresses are never reachable.",
        },
      ),
    ),
  },
  { additionalProperties: false },
)

/** The charsets of passwords that legacy stores used; those of `wherry/passwords`. */
export const password_charsets = [
  'utf-8',
  'latin1',
  'utf-16le',
  'low-byte',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-15',
  'koi8-r',
] as const

/** What a legacy store did to passwords before it hashed them. */
export const PasswordNormalization = Type.Object(
  {
    trim: Type.Optional(Type.Boolean({ description: 'White space at both ends was removed.' })),
    lower_case: Type.Optional(Type.Boolean({ description: 'Upper and lower case were the same.' })),
    escape_html: Type.Optional(
      Type.Boolean({
        description: '`&`, `<`, `>` and `"` were replaced by `&amp;`, `&lt;`, `&gt;` and `&quot;`: phpBB.',
      }),
    ),
    max_bytes: Type.Optional(
      Type.Integer({
        minimum: 8,
        maximum: 1024,
        description: 'Only the first bytes counted: 8 in DES crypt, 72 in bcrypt.',
      }),
    ),
    charset: Type.Optional(
      Choice(
        password_charsets,
        'The charset in which the legacy store wrote a password before it hashed it; UTF-8 by default. With `verify_password_here` a password is tried in UTF-8, then in this charset. `max_bytes` counts its bytes, and spellings with the same bytes are the same password. `low-byte` is the lowest byte of each UTF-16 unit.',
      ),
    ),
  },
  {
    additionalProperties: false,
    description:
      'Ours: what the legacy store did to a password before it hashed it. It is copied to the credential of a user who moves at a login, and applied until a new password is set here, so that each spelling that the legacy store accepted goes on working.',
  },
)

const Recipe = Type.Record(Type.String({ maxLength: 64 }), Type.Unknown())

/** The length of a value of a configuration in characters. */
export const configuration_value_max = 8192
// Sealed, each character is up to three bytes, and three bytes are four characters.
const sealed_value_max = configuration_value_max * 4 + 128

/** Options of a database connection: Auth0's names, and ours. */
export const ConnectionOptions = Type.Object(
  {
    enabledDatabaseCustomization: Type.Optional(
      Type.Boolean({ description: 'Use the action scripts. Cannot change once users exist.' }),
    ),
    import_mode: Type.Optional(Type.Boolean({ description: 'Move users at their first login.' })),
    customScripts: Type.Optional(CustomScripts),
    configuration: Type.Optional(
      Type.Record(
        Type.String({ minLength: 1, maxLength: 128 }),
        Type.Union([Type.String({ maxLength: sealed_value_max }), Type.Null()]),
        {
          maxProperties: 1000,
          description:
            'What scripts read as `configuration`: values of up to 8,192 characters. Sealed at rest and read back sealed; a sealed value that is written back means "unchanged".',
        },
      ),
    ),
    bareConfiguration: Type.Optional(
      Type.Record(Type.String({ minLength: 1, maxLength: 128 }), Type.String({ maxLength: configuration_value_max }), {
        maxProperties: 1000,
        description: 'Accepted as `configuration`; never read back.',
      }),
    ),
    enable_script_context: Type.Optional(
      Type.Boolean({
        description: 'Give scripts a `context` argument before the callback. Cannot be turned off again.',
      }),
    ),
    disable_signup: Type.Optional(Type.Boolean()),
    disable_self_service_change_password: Type.Optional(Type.Boolean()),
    forgot_password_text: Type.Optional(
      Type.String({
        maxLength: 500,
        description: 'Legacy mode without change_password: what a forgotten password needs',
      }),
    ),
    forgot_password_url: Type.Optional(HttpUrl('Its link, shown with forgot_password_text')),
    passwordPolicy: Type.Optional(
      Type.Union(
        [
          Type.Literal('none'),
          Type.Literal('low'),
          Type.Literal('fair'),
          Type.Literal('good'),
          Type.Literal('excellent'),
          Type.Null(),
        ],
        { default: 'good' },
      ),
    ),
    password_complexity_options: Type.Optional(
      Type.Object(
        { min_length: Type.Optional(Type.Integer({ minimum: 1, maximum: 128 })) },
        { additionalProperties: false },
      ),
    ),
    requires_username: Type.Optional(Type.Boolean()),
    validation: Type.Optional(
      Type.Union([
        Type.Null(),
        Type.Object(
          {
            username: Type.Optional(
              Type.Union([
                Type.Null(),
                Type.Object(
                  { min: Type.Integer({ minimum: 1, maximum: 128 }), max: Type.Integer({ minimum: 1, maximum: 128 }) },
                  { additionalProperties: false },
                ),
              ]),
            ),
          },
          { additionalProperties: false },
        ),
      ]),
    ),
    attributes: Type.Optional(ConnectionAttributes),
    domain_aliases: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 253, pattern: patterns.email_domain.pattern }), {
        maxItems: 100,
        description:
          'Where a client has several connections: the domains of the e-mail addresses that belong to this one. An address of such a domain is looked up in no other connection, and other addresses are not looked up in this one.',
      }),
    ),
    identifier_first: Type.Optional(
      Type.Boolean({
        description:
          'Ours: the log-in page asks for the identifier first and for the password on a second page, which is the same for every user. Nothing is looked up in between.',
      }),
    ),
    precedence: Type.Optional(
      Type.Array(Choice(['email', 'phone_number', 'username'], 'A kind of identifier.'), {
        minItems: 3,
        maxItems: 3,
        uniqueItems: true,
        description: 'Kept: an identifier belongs to one user of a connection, whatever its kind.',
      }),
    ),
    brute_force_protection: Type.Optional(Type.Boolean({ default: true })),
    id_namespace: Type.Optional(
      Type.String({
        pattern: patterns.id_namespace.pattern,
        description:
          'Ours: prefixes bare legacy ids with `<namespace>|`, so that the same id in two stores names two users.',
      }),
    ),
    egress: Type.Optional(Egress),
    password_normalization: Type.Optional(PasswordNormalization),
    verify_password_here: Type.Optional(
      Type.Boolean({
        description:
          'Ours: logins run `get_user`, which also returns the stored hash as `password_hash` or `custom_password_hash`; Wherry verifies it, and no `login` script runs. The hash is used for this login only and stored nowhere.',
      }),
    ),
    password_recipe: Type.Optional(
      Type.Union([Recipe, Type.Array(Recipe, { minItems: 1, maxItems: 8 })], {
        description:
          'Ours: what the hashes are that `get_user` returns, where their texts do not say so: a recipe of the guide to password hashes, or several. `pepper` and `firebase.signer_key` are `{"configuration": "<name>"}`. Needs `verify_password_here`.',
      }),
    ),
    ignore_legacy_second_factor: Type.Optional(
      Type.Boolean({
        description:
          'Ours: let users log in by their password alone whom an import gave second factors (`mfa_factors`). Default false: they are refused with the outcome `second_factor_unsupported`, because there are no second factors here.',
      }),
    ),
    verify_email_on_migration: Type.Optional(
      Type.Boolean({
        description: 'Ours: mail a verification link to users who move with an unverified address. Default false.',
      }),
    ),
    latency_floor_ms: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000,
        description: 'Ours: minimum duration of a refused login, which hides how long the legacy store took.',
      }),
    ),
    set_user_root_attributes: Type.Optional(
      Type.Union([Type.Literal('on_each_login'), Type.Literal('on_first_login'), Type.Literal('never_on_login')]),
    ),
    strategy_version: Type.Optional(Type.Integer()),
    non_persistent_attrs: Type.Optional(
      Type.Array(Type.String({ maxLength: 200 }), {
        maxItems: 100,
        description: 'Root attributes that are dropped before a profile is stored.',
      }),
    ),
    // Stored and returned unchanged: further options of Auth0's that its tools send.
    mfa: Type.Optional(Type.Unknown()),
    password_history: Type.Optional(Type.Unknown()),
    password_dictionary: Type.Optional(Type.Unknown()),
    password_no_personal_info: Type.Optional(Type.Unknown()),
    password_options: Type.Optional(Type.Unknown()),
    custom_password_hash: Type.Optional(Type.Unknown()),
    api_enable_users: Type.Optional(Type.Boolean()),
    basic_profile: Type.Optional(Type.Boolean()),
    authentication_methods: Type.Optional(Type.Unknown()),
    passkey_options: Type.Optional(Type.Unknown()),
    realm_fallback: Type.Optional(Type.Boolean()),
    upstream_params: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
)

/** Options of a database connection. */
export type ConnectionOptions = Static<typeof ConnectionOptions>
