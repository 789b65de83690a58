import type { UseFormReturnType } from '@mantine/form'
import type { ProblemError } from '../client/problem-error'

const form_of_refusal = /^Payload validation error: '([\s\S]*)' on property ([\w.[\]-]+)/

/** The property of a body that a refusal names, and what is wrong with it. */
export function refusedProperty({ message }: ProblemError): { property: string; text: string } | undefined {
  const [, text = '', property = ''] = form_of_refusal.exec(message) ?? []
  return property === '' ? undefined : { property: property.replace(/\.$/, ''), text }
}

/**
 * Shows the refusal of a body at its field. `fields`: the field of a property that has another name, by the property or the beginning of
 * its path.
 */
export function showRefusedField<T extends Record<string, unknown>>(
  form: UseFormReturnType<T>,
  error: ProblemError,
  fields: Readonly<Record<string, keyof T & string>> = {},
): void {
  const refused = refusedProperty(error)
  if (!refused) return
  const { property, text } = refused
  const [, named] = Object.entries(fields).find(([path]) => property === path || property.startsWith(`${path}.`)) ?? []
  const field = named ?? (property in form.values ? property : undefined)
  if (field !== undefined) form.setFieldError(field, text)
}
