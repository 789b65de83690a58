import { Type, type Static } from 'typebox'
import { scriptNames } from './action-scripts.ts'
import { PasswordNormalization } from './connection-options.ts'
import { Choice, IdParams, Strict, Text, type Route } from './route.ts'

/** A question of a script template. */
export const TemplateSetting = Type.Object({
  key: Type.String({ description: 'Its name, such as `DATABASE_URL` or `EMAIL_COLUMN`.' }),
  kind: Choice(
    ['url', 'column', 'attribute', 'table', 'prefix', 'choice', 'number', 'text'],
    'What a value is: an address, a name of SQL or of an attribute, one of `values`, a whole number, or any text',
  ),
  description: Type.String(),
  required: Type.Optional(Type.Boolean()),
  default: Type.Optional(Type.String({ description: 'Used where no value is given.' })),
  values: Type.Optional(Type.Array(Type.String(), { description: 'The values of a choice.' })),
  minimum: Type.Optional(Type.Integer()),
  maximum: Type.Optional(Type.Integer()),
  schemes: Type.Optional(Type.Array(Type.String(), { description: 'The schemes of an address.' })),
  secret: Type.Optional(Type.Boolean({ description: 'Whether a form should hide what is typed.' })),
  optional: Type.Optional(Type.Boolean({ description: 'Whether an empty value means that there is none.' })),
})

/** A script template: what it is for, and what it asks. */
export const ScriptTemplate = Type.Object({
  id: Type.String(),
  label: Type.String({ description: 'The legacy store, such as `PostgreSQL`.' }),
  description: Type.String(),
  cannot_move: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Which users cannot move by a login with these scripts, and why. They get in by a new password, where the service finds them by their address.',
    }),
  ),
  settings: Type.Array(TemplateSetting),
})
export type ScriptTemplate = Static<typeof ScriptTemplate>

const script = Type.Optional(Type.String())

/** What a template generates for a connection. */
export const GeneratedScripts = Type.Object({
  scripts: Type.Object(
    Object.fromEntries(scriptNames.map((name) => [name, script])) as Record<
      (typeof scriptNames)[number],
      typeof script
    >,
    { description: 'The scripts that the mode runs.' },
  ),
  configuration: Type.Array(Type.String(), {
    description: 'The settings that the scripts read as `configuration`: save their values there.',
  }),
  egress: Type.Array(Type.String(), { description: 'The hosts and ports that the scripts connect to.' }),
  options: Type.Object(
    { id_namespace: Type.String(), password_normalization: Type.Optional(PasswordNormalization) },
    { description: 'Options that a connection with these scripts should have.' },
  ),
})
export type GeneratedScripts = Static<typeof GeneratedScripts>

/** Script templates. */
export const scriptTemplateRoutes = {
  listScriptTemplates: {
    method: 'GET',
    url: '/api/v2/script-templates',
    scopes: ['read:connections'],
    tag: 'connections',
    summary: 'List the script templates with their settings',
    status: 200,
    response: Type.Object({ templates: Type.Array(ScriptTemplate, { description: 'By id.' }) }),
  },
  generateScripts: {
    method: 'POST',
    url: '/api/v2/connections/:id/scripts/generate',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'Generate scripts for a connection from a template',
    description: 'Nothing is stored, and the legacy store is not asked.',
    status: 200,
    params: IdParams,
    body: Strict({
      template: Text(64, 'Id of the template'),
      mode: Choice(['import', 'legacy'], 'The scripts of import mode read only; those of legacy mode write, too'),
      settings: Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 8192 }), {
        maxProperties: 100,
        description: 'Values by the keys of the template',
      }),
    }),
    response: GeneratedScripts,
  },
} satisfies Record<string, Route>
