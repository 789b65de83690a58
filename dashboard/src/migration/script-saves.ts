/** How often a script was saved on a day. */
export type ScriptSaves = { script: string; times: number }

/** The versions that were saved on a day, counted by script: their numbers are those of the connection, and tell nothing to people. */
export function scriptSaves(versions: readonly { script: string }[]): ScriptSaves[] {
  return [...Map.groupBy(versions, ({ script }) => script)].map(([script, saves]) => ({ script, times: saves.length }))
}
