import type { ActionChange, ActionTrigger } from '../contract/action.ts'
import { invalidBody } from '../contract/refusal.ts'
import { checkSources, logWarnings, type CheckedSource, type CheckSourceDeps } from './check-source.ts'
import { trigger_functions } from './trigger-functions.ts'

/** The dependencies of checking actions. */
export type CheckActionDeps = CheckSourceDeps

/** The functions of a trigger, one of which an action exports. */
const functionsOf = (trigger: ActionTrigger): string[] =>
  trigger === 'post-login' ? [trigger_functions[trigger], 'onContinuePostLogin'] : [trigger_functions[trigger]]

/**
 * Checks the code and the dependencies of an action that is saved. The returned function writes the warnings to the script log.
 *
 * @throws {Refusal} `invalid_body` with the line of a syntax error, and for a module that the sandbox does not have
 */
export async function checkAction(
  deps: CheckActionDeps,
  tenant_id: string,
  trigger: ActionTrigger,
  { code, dependencies = [] }: Pick<ActionChange, 'code' | 'dependencies'>,
): Promise<{ log(name: string): void }> {
  const required = dependencies.map(({ name }) => `require(${JSON.stringify(name)});`).join(' ')
  // The modules are looked up; the function is not run.
  const source = `(user, context, callback) => { ${required} callback() }`
  const of_modules: CheckedSource[] =
    required === '' ? [] : [{ script: 'rule', source, args: [null, null], property: 'dependencies' }]
  const of_code: CheckedSource[] =
    code === undefined || code.trim() === ''
      ? []
      : [{ script: 'action', source: code, args: [functionsOf(trigger)], property: 'code' }]
  const checked = await checkSources(deps, tenant_id, [...of_modules, ...of_code])
  const [problem] = of_modules.length === 0 ? [] : (checked[0] ?? [])
  if (problem !== undefined) throw invalidBody(problem.replace(/^line 1: /, ''), 'dependencies')
  const warnings = checked[of_modules.length] ?? []
  return { log: (name) => logWarnings(deps, { tenant_id, kind: 'action', name }, warnings) }
}
