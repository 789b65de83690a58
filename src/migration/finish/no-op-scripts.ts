import type { replaced_scripts } from './finish.ts'

/** The scripts that find no user. With them a connection in import mode knows only the users of this store. */
export const no_op_scripts: Record<(typeof replaced_scripts)[number], string> = {
  login: `function login(identifier, password, callback) {
  // The migration is being finished: users who have not moved are unknown.
  callback(null, null)
}
`,
  get_user: `function getUser(identifier, callback) {
  // The migration is being finished: users who have not moved are unknown.
  callback(null, null)
}
`,
}
