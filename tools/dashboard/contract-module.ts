// The module `virtual:contract` of the dashboard: the data of the contract that it needs at run time. Everything else of the contract are types.
import { builtinModules, createRequire } from 'node:module'
import type { Plugin } from 'vite'
import { languages } from '../../src/base/message.ts'
import { changesLegacyStore, script_arguments, scriptNames } from '../../src/contract/action-scripts.ts'
import { decided_by_cause_max } from '../../src/contract/decision.ts'
import { finishSteps } from '../../src/contract/finish-steps.ts'
import { management_problems } from '../../src/contract/management-problems.ts'
import { outcomes } from '../../src/contract/outcomes.ts'
import { patterns } from '../../src/contract/patterns.ts'
import { featurePlans, plans } from '../../src/contract/plans.ts'
import type { Problem } from '../../src/contract/problem.ts'
import { common_column_names } from '../../src/contract/directory-format.ts'
import { scopesOfRole } from '../../src/contract/roles.ts'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'

type OutcomeShown = { meaning: string; lets_in: boolean }
type SandboxGlobals = { globalNames(): { name: string; from?: string }[] }
type SandboxModules = { moduleNames(dependencies: Record<string, string>): string[] }

const sandboxRequire = createRequire(new URL('../../sandbox-runtime/package.json', import.meta.url))
const name = 'virtual:contract'
const id = `\0${name}`

// Lists that are counted although they are read from checkpoints.
const counted_from_checkpoints = new Set(['listUsers'])

function pagingOf(operation: string, { query }: Route): 'offset' | 'checkpoint' | 'counted_checkpoint' | undefined {
  const members = query?.properties ?? {}
  if (counted_from_checkpoints.has(operation)) return 'counted_checkpoint'
  // Pages by number are counted, and stop at 1,000 items; checkpoints reach everything.
  if ('from' in members && 'take' in members) return 'page' in members ? 'offset' : 'checkpoint'
  return 'page' in members ? 'offset' : undefined
}

function dataOf(operation: string, route: Route): Record<string, unknown> {
  const params = Object.keys(route.params?.properties ?? {})
  const clash = params.find((param) => param === 'body' || param === 'form' || param in (route.query?.properties ?? {}))
  if (clash !== undefined)
    throw new Error(`${operation}: the dashboard passes parameters and query together, and both have ${clash}`)
  return {
    method: route.method,
    url: route.url,
    scopes: route.scopes,
    tag: route.tag,
    params,
    paging: pagingOf(operation, route),
  }
}

/** What each outcome of a login means, and whether it lets the person in. */
function outcomesShown(): Record<string, OutcomeShown> {
  const shown = Object.entries(outcomes).map(
    ([outcome, { meaning, problem }]) => [outcome, { meaning, lets_in: problem === null }] as const,
  )
  return Object.fromEntries(shown)
}

/** The names of problems, by what an answer has of them: the message, and the code where no other problem has it. */
function problemNames(): { by_message: Record<string, string>; by_code: Record<string, string> } {
  const all: [string, Problem][] = Object.entries(management_problems)
  const codeOf = ({ errorCode, error }: Problem): string | undefined => errorCode ?? error
  const coded = all.flatMap(([problem, data]) => {
    const code = codeOf(data)
    const is_one = all.filter(([, other]) => codeOf(other) === code).length === 1
    return code !== undefined && is_one ? [[code, problem] as const] : []
  })
  return {
    by_message: Object.fromEntries(all.map(([problem, { message }]) => [message, problem])),
    by_code: Object.fromEntries(coded),
  }
}

/** The globals of scripts, and the modules that they can require. */
function sandboxNames(): { globals: { name: string; from?: string }[]; modules: string[] } {
  const { globalNames } = sandboxRequire('./runner/script-globals.cjs') as SandboxGlobals
  const { moduleNames } = sandboxRequire('./runner/modules.cjs') as SandboxModules
  const { dependencies } = sandboxRequire('./package.json') as { dependencies: Record<string, string> }
  return { globals: globalNames(), modules: [...moduleNames(dependencies), ...builtinModules] }
}

/** The members of the module. */
function contractMembers(): Record<string, unknown> {
  const data = Object.fromEntries(
    Object.entries(routes).map(([operation, route]) => [operation, dataOf(operation, route)]),
  )
  const roles = Object.fromEntries(Object.entries(scopesOfRole).map(([role, scopes]) => [role, [...scopes]]))
  return {
    routes: data,
    scopesOfRole: roles,
    plans,
    featurePlans,
    languages,
    decided_by_cause_max,
    columnNames: common_column_names,
    script_arguments,
    writing_scripts: scriptNames.filter(changesLegacyStore),
    finishSteps,
    pattern_names: Object.fromEntries(Object.entries(patterns).map(([pattern, { meaning }]) => [meaning, pattern])),
    problem_names: problemNames(),
    outcomes: outcomesShown(),
    sandbox: sandboxNames(),
  }
}

/** The text of the module, or of the module of one of its members. */
function textOf(module: string): string | undefined {
  if (!module.startsWith(id)) return undefined
  const members = contractMembers()
  const member = module.slice(id.length + 1)
  if (member !== '') return `export const ${member} = ${JSON.stringify(members[member])}\n`
  return Object.keys(members)
    .map((one) => `export { ${one} } from '${name}/${one}'\n`)
    .join('')
}

/** Vite's plugin for the module. Each member is a module of its own, so that it is in the chunk of the pages that use it. */
export const contractPlugin: Plugin = {
  name: 'wherry-contract',
  resolveId: (specifier) =>
    specifier.startsWith(name) ? { id: `\0${specifier}`, moduleSideEffects: false } : undefined,
  load: textOf,
}
