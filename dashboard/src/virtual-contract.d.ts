// The module `virtual:contract`: the data of the contract that the dashboard needs at run time. `tools/dashboard/contract-module.ts`
// generates it.
import type { script_arguments as arguments_of_scripts, ScriptName } from '../../src/contract/action-scripts.ts'
import type { PatternName } from '../../src/contract/patterns.ts'
import type { PlanFeature } from '../../src/contract/plans.ts'
import type { DirectoryColumn } from '../../src/contract/directory-format.ts'
import type { ManagementProblem } from '../../src/contract/management-problems.ts'
import type { Role } from '../../src/contract/roles.ts'
import type { RouteName } from '../../src/contract/routes.ts'

/** What a request of an operation needs. */
type RouteData = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the address of the tenant; `:name` stands for a path parameter. */
  url: string
  scopes: readonly string[]
  tag: string
  /** The names of the path parameters. */
  params: readonly string[]
  /** How the list is read page by page; absent where it is no list. `counted_checkpoint`: the first page has the total, too. */
  paging?: 'offset' | 'checkpoint' | 'counted_checkpoint'
}

/** The operations. */
export declare const routes: Readonly<Record<RouteName, RouteData>>

/** The scopes that each role permits. */
export declare const scopesOfRole: Readonly<Record<Role, readonly string[]>>

/** The arguments of each action script before its context and its callback. */
export declare const script_arguments: typeof arguments_of_scripts

/** The scripts that change the legacy store. */
export declare const writing_scripts: readonly ScriptName[]

/** The outcomes of a login. `lets_in`: whether it lets the person in. */
export declare const outcomes: Readonly<Record<string, { meaning: string; lets_in: boolean }>>

/** The globals of scripts, with the modules that they come from, and the modules that scripts can require. */
export declare const sandbox: { globals: readonly { name: string; from?: string }[]; modules: readonly string[] }

/** The names of the patterns of texts, by what they ask for. */
export declare const pattern_names: Readonly<Record<string, PatternName>>

/** The names of the problems of the Management API: by their messages, and by the codes that one problem alone has. */
export declare const problem_names: {
  by_message: Readonly<Record<string, ManagementProblem>>
  by_code: Readonly<Record<string, ManagementProblem>>
}

/** The steps of a finish, in their order. */
export declare const finishSteps: readonly string[]

/** The plans, from the lowest. */
export declare const plans: readonly string[]

/** The lowest plan that includes each feature. */
export declare const featurePlans: Readonly<Record<PlanFeature, string>>

/** The languages that pages and mails have texts in. */
export declare const languages: readonly string[]

/** The most people who are decided about at once by their cause. */
export declare const decided_by_cause_max: number

/** Names that columns of a directory have in exports, in lower case without separators, by what they hold; the first of a list counts. */
export declare const columnNames: Readonly<Record<DirectoryColumn, readonly string[]>>
