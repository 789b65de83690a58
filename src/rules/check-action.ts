import type { ActionChange, ActionTrigger } from '../contract/action.ts'
import { invalidBody } from '../contract/refusal.ts'
import { checkSources, logWarnings, type CheckSourceDeps } from './check-source.ts'

/** The dependencies of checking actions. */
export type CheckActionDeps = CheckSourceDeps

// The functions of each trigger, one of which an action exports.
const exported: Record<ActionTrigger, string[]> = {
  'post-login': ['onExecutePostLogin', 'onContinuePostLogin'],
  'post-migration': ['onExecutePostMigration'],
}

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
  const [missing = [], warnings = []] = await checkSources(deps, tenant_id, [
    // The modules are looked up; the function is not run.
    {
      script: 'rule',
      source: `(user, context, callback) => { ${required} callback() }`,
      args: [null, null],
      property: 'dependencies',
    },
    ...(code === undefined || code.trim() === ''
      ? []
      : [{ script: 'action' as const, source: code, args: [exported[trigger]], property: 'code' }]),
  ])
  const [problem] = missing
  if (problem !== undefined && dependencies.length > 0)
    throw invalidBody(problem.replace(/^line 1: /, ''), 'dependencies')
  return { log: (name) => logWarnings(deps, { tenant_id, kind: 'action', name }, warnings) }
}
