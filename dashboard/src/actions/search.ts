/** How far an action is on its way into logins. */
export const statuses = ['running', 'changed', 'unbound', 'never_deployed'] as const

/** How far an action is on its way into logins. */
export type Status = (typeof statuses)[number]

/** What is shown below the editor of an action. */
export const panels = ['test', 'versions', 'secrets', 'modules', 'settings'] as const

/** What is shown below the editor of an action. */
export type Panel = (typeof panels)[number]
