import { canonicalIdentifier } from '../base/canonical-identifier.ts'

/** The term of the event whose page showed a reference code. */
export const referenceTerm = (reference: string): string => `reference:${reference.toUpperCase()}`

/** The term of events in which this was typed and named no user. */
export const nameTerm = (typed: string): string => `name:${canonicalIdentifier(typed)}`

/** The terms of an event: its reference code, and what was typed where it names no user. */
export function termsOf({
  reference,
  user_id,
  user_name,
}: {
  reference?: string | undefined
  user_id: string | null
  user_name: string | null
}): string[] {
  const has_name = user_id === null && user_name !== null && user_name !== ''
  return [...(reference === undefined ? [] : [referenceTerm(reference)]), ...(has_name ? [nameTerm(user_name)] : [])]
}
