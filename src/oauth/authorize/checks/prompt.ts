import { prompts, type Prompt } from '../authorization-request.ts'
import { errorOf, type Check } from './check.ts'

const isPrompt = (value: string): value is Prompt => prompts.some((prompt) => prompt === value)

/** `prompt`: `none` stands alone (OpenID Connect Core section 3.1.2.1). */
export const checkPrompt: Check = (_deps, request) => {
  const values = (request.parameters['prompt'] ?? '').split(' ').filter((value) => value !== '')
  const unknown = values.find((value) => !isPrompt(value))
  if (unknown !== undefined) {
    throw errorOf(request, 'invalid_request', `Unsupported prompt: ${unknown.slice(0, 100)}`)
  }
  if (values.includes('none') && values.length > 1) {
    throw errorOf(request, 'invalid_request', 'The prompt none cannot be combined with others.')
  }
  request.prompts = new Set(values.filter((value) => isPrompt(value)))
}
