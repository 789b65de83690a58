import { Type, type Static, type TSchema } from 'typebox'
import { ConnectionOptions } from './connection-options.ts'
import { SavedConnection } from './connection-routes.ts'
import { IdParams, Strict, Text, type Route } from './route.ts'

type Options = typeof ConnectionOptions.properties

/** Options that are saved by operations of their own, or that are kept for Auth0's tools and change nothing. */
const left_out = [
  'customScripts',
  'configuration',
  'bareConfiguration',
  'egress',
  'precedence',
  'strategy_version',
  'mfa',
  'password_history',
  'password_dictionary',
  'password_no_personal_info',
  'password_options',
  'custom_password_hash',
  'api_enable_users',
  'basic_profile',
  'authentication_methods',
  'passkey_options',
  'realm_fallback',
  'upstream_params',
] as const satisfies (keyof Options)[]

type Named = Omit<Options, (typeof left_out)[number]>

function orNull(): { [K in keyof Named]: ReturnType<typeof optionalOrNull<Named[K]>> } {
  const names = Object.keys(ConnectionOptions.properties).filter((name) => !left_out.some((one) => one === name))
  const members = names.map((name) => [name, optionalOrNull(ConnectionOptions.properties[name as keyof Named])])
  return Object.fromEntries(members) as ReturnType<typeof orNull>
}

const optionalOrNull = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]))

/** Single options of a connection; null removes one, which then has its default. */
export const ConnectionSettings = Strict(orNull())
export type ConnectionSettings = Static<typeof ConnectionSettings>

/** Changing single options of a connection. */
export const connectionSettingsRoutes = {
  updateConnectionSettings: {
    method: 'PATCH',
    url: '/api/v2/connections/:id/settings',
    scopes: ['update:connections'],
    tag: 'connections',
    summary: 'Change single options of a connection',
    description:
      'Ours. The other options, the scripts and the configuration stay as they are, so that two admins who change different options do not undo each other. Refused as `PATCH /api/v2/connections/{id}` is.',
    status: 200,
    params: IdParams,
    query: Strict({
      force: Type.Optional(Type.Boolean({ description: 'Turn import mode off although users have moved' })),
    }),
    body: Strict({
      display_name: Type.Optional(Text(128, 'Display name')),
      options: Type.Optional(ConnectionSettings),
    }),
    response: SavedConnection,
  },
} satisfies Record<string, Route>
