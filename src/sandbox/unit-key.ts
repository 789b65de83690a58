/** The key that groups calls: calls with equal keys share a process and its `global`. The sandbox gives the members no further meaning. */
export type UnitKey = { tenant_id: string; unit_id: string; version: number }

/** The key as one text, for maps: keys that differ in any member have different texts. It is never parsed. */
export function unitText({ tenant_id, unit_id, version }: UnitKey): string {
  return JSON.stringify([tenant_id, unit_id, version])
}
