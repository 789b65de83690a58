import type { UseFormReturnType } from '@mantine/form'
import type { ProblemError } from '../client/problem-error'

/** The fields of properties that have another name in the form, by the path of the property or its beginning. */
export type FieldOfProperty<T> = Readonly<Record<string, keyof T & string>>

/** Shows the refusal of a body at its field; a refusal of a property that has no field, and any other problem, at none. */
export function showRefusedField<T extends Record<string, unknown>>(
  form: UseFormReturnType<T>,
  { refused }: Pick<ProblemError, 'refused'>,
  field_of_property: FieldOfProperty<T> = {},
): void {
  if (!refused) return
  const { property, text } = refused
  const [, named] =
    Object.entries(field_of_property).find(([path]) => property === path || property.startsWith(`${path}.`)) ?? []
  const field = named ?? property.split('.')[0] ?? property
  if (field in form.values) form.setFieldError(field, text)
}
