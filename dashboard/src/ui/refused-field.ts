import type { UseFormReturnType } from '@mantine/form'
import type { ProblemError, RefusedProperty } from '../client/problem-error'
import { useMessages } from '../messages/use-messages'
import { refusalText } from './refusal-text'

/** The fields of properties that have another name in the form, by the path of the property or its beginning. */
export type FieldOfProperty<T> = Readonly<Record<string, keyof T & string>>

const shown = new WeakSet<object>()

/** Whether a problem is shown at the field that it is about, so that it need not be shown below the form as well. */
export const isShownAtField = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && shown.has(error)

/**
 * Shows the refusal of a body at its field, and focuses it; a refusal of a property that has no field, and any other problem, at none.
 *
 * @param options `refused`: what was refused, where the problem itself names no property
 */
type ShowRefusedField = <T extends Record<string, unknown>>(
  form: UseFormReturnType<T>,
  error: ProblemError,
  options?: { field_of_property?: FieldOfProperty<T> | undefined; refused?: RefusedProperty | undefined },
) => void

/** Returns the function that shows a refusal at its field, in the language of the dashboard where the text is known. */
export function useShowRefusedField(): ShowRefusedField {
  const t = useMessages().refusals
  return (form, error, { field_of_property = {}, refused = error.refused } = {}) => {
    if (!refused) return
    const { property } = refused
    const [, named] =
      Object.entries(field_of_property).find(([path]) => property === path || property.startsWith(`${path}.`)) ?? []
    const field = named ?? property.split('.')[0] ?? property
    if (!(field in form.values)) return
    form.setFieldError(field, refusalText(refused, t))
    const input: HTMLElement | null = form.getInputNode(field)
    if (!input) return
    shown.add(error)
    input.focus()
  }
}
