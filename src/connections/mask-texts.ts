import { isJsonObject, type JsonValue } from '../base/json.ts'

/** A value with each text in it masked, and each name of a member. */
export function maskTexts(value: JsonValue, mask: (text: string) => string): JsonValue {
  if (typeof value === 'string') return mask(value)
  if (Array.isArray(value)) return value.map((item) => maskTexts(item, mask))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [mask(name), maskTexts(member, mask)]))
}
