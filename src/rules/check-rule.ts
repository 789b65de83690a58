import { checkSources, logWarnings, type CheckSourceDeps } from './check-source.ts'

/**
 * Checks the script of a rule that is saved. The returned function writes the warnings to the script log.
 *
 * @throws {Refusal} `invalid_body` with the line of a syntax error
 */
export async function checkRule(
  deps: CheckSourceDeps,
  tenant_id: string,
  source: string,
): Promise<{ log(name: string): void }> {
  // The user and the context. The function is not called.
  const args = [null, null]
  const [warnings = []] = await checkSources(deps, tenant_id, [{ script: 'rule', source, args, property: 'script' }])
  return { log: (name) => logWarnings(deps, { tenant_id, kind: 'rule', name }, warnings) }
}
