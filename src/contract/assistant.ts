import { Type, type Static } from 'typebox'
import { Destination } from './connection-configuration.ts'
import { GeneratedScripts } from './script-template.ts'
import { AnyObject, Choice, IdParams, Strict, Text, type Route } from './route.ts'

const score = Type.Integer({ description: 'How certain this is, from 0 to 100.' })
const reason = Type.String({ description: 'Why.' })

/** A table that may have the users. */
export const InspectedTable = Type.Object({
  table: Type.String({ description: 'The name, with its schema where that is not the default one.' }),
  kind: Choice(['table', 'view'], 'A table or a view.'),
  score,
  reason,
})

/** A column of the users table, and what it is for. */
export const InspectedColumn = Type.Object({
  role: Type.String({ description: 'What it is for: `id`, `email`, `password`, `blocked` …' }),
  column: Type.String(),
  type: Type.String(),
  score,
  reason,
})

/** How many users have a property that matters when they move. */
export const InspectionCount = Type.Object({
  count: Type.String({ description: 'What was counted, such as `email_invalid`.' }),
  column: Type.Optional(Type.String()),
  value: Type.Union([Type.Integer(), Type.Null()], { description: 'null: it could not be counted; see `failed`.' }),
  sampled: Type.Optional(
    Type.Integer({
      description: 'The rows that were read. Absent: the database counted all rows, and the value is exact.',
    }),
  ),
  failed: Type.Optional(Type.String({ description: 'Why it was not counted: `no_time`, or a code of the database.' })),
  meaning: Type.String({ description: 'What it means for these users.' }),
})
export type InspectionCount = Static<typeof InspectionCount>

/** A form of stored hashes. */
export const InspectedHashForm = Type.Object({
  form: Type.String({ description: 'The name of the format, or what is known of others.' }),
  count: Type.Integer(),
  verifiable: Type.Boolean({ description: 'Whether passwords can be verified against it without a recipe.' }),
})

/** What was found in a legacy store. It contains names, types, forms and counts, and no value of a row. */
export const Inspection = Type.Object({
  engine: Choice(['postgresql', 'mysql', 'sql-server'], 'The kind of database.'),
  server_version: Type.String(),
  tables_read: Type.Integer({ description: 'Tables and views that the database user can read.' }),
  users_table: Type.Union([Type.Null(), InspectedTable]),
  other_tables: Type.Array(InspectedTable, { description: 'Other tables that may have the users.' }),
  columns: Type.Array(InspectedColumn),
  unused_columns: Type.Array(Type.Object({ column: Type.String(), type: Type.String() }), {
    description: 'The other columns of the users table.',
  }),
  second_factors: Type.Array(Type.String(), { description: 'Tables that are for second factors, by their names.' }),
  hashes: Type.Object({
    sampled: Type.Integer({ description: 'Stored hashes that were read.' }),
    forms: Type.Array(InspectedHashForm),
    may_be: Type.Array(Type.String(), { description: 'Recipes that every hash without a form of its own fits.' }),
    recipe: Type.Optional(AnyObject('The recipe by which the known password has the stored hash.')),
    of_known_user: Type.Optional(
      Type.Object(
        {
          form: Type.String({ description: 'The form of the stored hash, as in `forms`.' }),
          verifiable: Type.Boolean({ description: 'Whether passwords can be verified against it without a recipe.' }),
          recipe_found: Type.Boolean({ description: 'Whether the known password has the stored hash by some recipe.' }),
        },
        { description: 'Absent where no user is known, or the table has no such user.' },
      ),
    ),
  }),
  counts: Type.Array(InspectionCount),
  proposal: Type.Union([
    Type.Null(),
    Type.Object({
      template: Type.String(),
      reason,
      settings: Type.Record(Type.String(), Type.String(), {
        description: 'The settings of the template, without those of `configuration`.',
      }),
      open_settings: Type.Array(Type.String(), { description: 'Settings that the schema does not tell: check them.' }),
      scripts: Type.Record(Type.String(), Type.String(), {
        description: 'The generated `login`, `get_user` and `list_users`, for `options.customScripts`.',
      }),
      options: GeneratedScripts.properties.options,
    }),
  ]),
  tried: Type.Array(
    Type.Object({
      script: Choice(['login', 'get_user'], 'The generated script.'),
      outcome: Type.String(),
      times: Type.Integer({ description: 'How many runs ended so.' }),
      fields: Type.Array(Type.String(), { description: 'The fields that would not be stored as they are.' }),
      message: Type.Optional(
        Type.String({ description: 'Why the first of them failed; identifiers in it are replaced by `…`.' }),
      ),
    }),
    { description: '`get_user` of up to three users; `login` of the known one.' },
  ),
  warnings: Type.Array(Type.String()),
})
export type Inspection = Static<typeof Inspection>

/** The connect assistant. */
export const assistantRoutes = {
  inspectConnection: {
    method: 'POST',
    url: '/api/v2/connections/:id/inspect',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'Inspect the legacy store of a connection, and propose scripts for it',
    description:
      'Reads the schema and a sample of a database of PostgreSQL, MySQL, MariaDB or SQL Server, in transactions that cannot write, under the egress rules of the connection. The answer has names, types, forms and counts, and no value of a row. Nothing is stored: save `proposal.scripts` as `options.customScripts`.',
    status: 200,
    params: IdParams,
    body: Strict({
      configuration: Type.Optional(
        Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 65_536 }), {
          maxProperties: 20,
          description:
            '`DATABASE_URL`, `DATABASE_CA` and other secrets of the template: they precede `options.configuration` of the connection, and are not stored',
        }),
      ),
      settings: Type.Optional(
        Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 1000 }), {
          maxProperties: 40,
          description:
            'Settings of the template that you know, such as `TABLE` or `EMAIL_COLUMN`: they precede what is found',
        }),
      ),
      allow: Type.Optional(
        Type.Array(Destination, {
          maxItems: 10,
          description: 'Destinations that this inspection may connect to beside those of the connection; not stored',
        }),
      ),
      known_user: Type.Optional(
        Strict(
          {
            identifier: Text(254, 'E-mail address or username'),
            password: Text(1024, 'The password'),
          },
          'A user whose password you know: finds the recipe of hashes without a form of their own, and tries `login`',
        ),
      ),
    }),
    response: Inspection,
  },
} satisfies Record<string, Route>
