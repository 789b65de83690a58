import type { Secret } from '../connections/secret-mask.ts'

/** The secrets of actions in the clear, by the id of the action and by their names. */
export type ActionSecrets = Record<string, Record<string, string>>

/** The texts of these secrets that no message and no line of the log shows. */
export function secretTexts(secrets: ActionSecrets): Secret[] {
  return Object.values(secrets).flatMap((of_action) =>
    Object.entries(of_action).map(([name, text]) => ({ name: `secrets.${name}`, text })),
  )
}
