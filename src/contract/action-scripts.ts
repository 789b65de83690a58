/** One action script of a connection. */
export type ActionScript = {
  /** What it is called with, before `context` and the callback. */
  arguments: readonly string[]
  /** The connection modes that it serves. */
  modes: readonly ('import' | 'legacy')[]
  /** Whether the API accepts it in `customScripts`. */
  accepted: boolean
}

const both = ['import', 'legacy'] as const
const legacy = ['legacy'] as const

const table = {
  login: { arguments: ['identifier', 'password'], modes: both, accepted: true },
  get_user: { arguments: ['identifier'], modes: both, accepted: true },
  create: { arguments: ['user'], modes: legacy, accepted: true },
  verify: { arguments: ['email'], modes: legacy, accepted: true },
  change_password: { arguments: ['email', 'new_password'], modes: legacy, accepted: true },
  change_email: { arguments: ['email', 'new_email', 'verified'], modes: legacy, accepted: true },
  change_username: { arguments: ['username', 'new_username'], modes: legacy, accepted: true },
  change_phone_number: { arguments: ['phone_number', 'new_phone_number'], modes: legacy, accepted: true },
  delete: { arguments: ['id'], modes: legacy, accepted: true },
  list_users: { arguments: [], modes: both, accepted: false },
} as const satisfies Record<string, ActionScript>

type Table = typeof table

/** The name of an action script: Auth0's keys of `customScripts`, and our own `list_users`. */
export type ActionScriptName = keyof Table

/** The name of a script that a connection can have: one that the API accepts in `customScripts`. */
export type ScriptName = {
  [name in ActionScriptName]: Table[name]['accepted'] extends true ? name : never
}[ActionScriptName]

/** The scripts that a connection can have, in the order of the OpenAPI document. */
export const scriptNames = Object.entries<ActionScript>(table).flatMap(([name, { accepted }]) =>
  accepted ? [name as ScriptName] : [],
)
