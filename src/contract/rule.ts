import { Type, type Static } from 'typebox'
import { patterns } from './patterns.ts'
import { AnyObject, IdParams, List, NoContent, Strict, Text, offsetPaging, projection, type Route } from './route.ts'
import { TriedStep } from './tried-step.ts'

/** The most characters that the enabled rules of a tenant may have together: Auth0's limit. */
export const rules_length_max = 102_400

/** The most rules of a tenant. */
export const rules_max = 100

const name = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern: patterns.rule_name.pattern,
  description: 'Name; no other rule of the tenant has it',
})
const script = Text(rules_length_max, 'A function (user, context, callback)')
const order = Type.Integer({
  minimum: 0,
  maximum: 2_147_483_647,
  description: 'Rules run in ascending order; no two rules have the same one. Default: after the last rule',
})
const enabled = Type.Boolean({ description: 'Whether it runs; default true' })
const stage = Type.Literal('login_success', { description: 'When it runs: after an authentication' })

/** Input for creating a rule. */
export const NewRule = Strict({
  name,
  script,
  order: Type.Optional(order),
  enabled: Type.Optional(enabled),
  stage: Type.Optional(stage),
})
export type NewRule = Static<typeof NewRule>

/** Changes to a rule. */
export const RuleChange = Strict({
  name: Type.Optional(name),
  script: Type.Optional(script),
  order: Type.Optional(order),
  enabled: Type.Optional(enabled),
})
export type RuleChange = Static<typeof RuleChange>

/** A rule, as the API shows one. */
export const Rule = Type.Object({
  id: Type.String(),
  name: Type.String(),
  script: Type.String(),
  order: Type.Integer(),
  enabled: Type.Boolean(),
  stage,
})
export type Rule = Static<typeof Rule>

const ConfigParams = Strict({
  key: Type.String({
    minLength: 1,
    maxLength: 127,
    pattern: patterns.rules_config_key.pattern,
    description: 'Name of the value: `configuration.KEY` in a rule',
  }),
})

/** Operations on rules and on the values that rules read. */
export const ruleRoutes = {
  listRules: {
    method: 'GET',
    url: '/api/v2/rules',
    scopes: ['read:rules'],
    tag: 'rules',
    summary: 'List rules',
    status: 200,
    list: 'rules',
    query: Strict({
      ...offsetPaging,
      ...projection,
      enabled: Type.Optional(Type.Boolean({ description: 'Only those that are enabled, or not' })),
    }),
    response: List('rules', Rule),
  },
  createRule: {
    method: 'POST',
    url: '/api/v2/rules',
    scopes: ['create:rules'],
    tag: 'rules',
    summary: 'Create a rule',
    description:
      'A syntax error of the script is refused with its line. Other problems, such as a module that is missing, are lines of the script log.',
    status: 201,
    body: NewRule,
    response: Rule,
  },
  orderRules: {
    method: 'PUT',
    url: '/api/v2/rules/order',
    scopes: ['update:rules'],
    tag: 'rules',
    summary: 'Set the order of all rules',
    description: 'They get the orders 1, 2 and so on. Where the ids are not those of all rules, nothing changes.',
    status: 204,
    body: Strict({
      rules: Type.Array(Text(64, 'Id of a rule'), {
        maxItems: rules_max,
        description: 'All rules, in their new order',
      }),
    }),
    response: NoContent,
  },
  tryRule: {
    method: 'POST',
    url: '/api/v2/rules/try',
    scopes: ['update:rules'],
    tag: 'rules',
    summary: 'Run a rule once, with a user and a context',
    description:
      'It need not be saved; a syntax error is refused with its line. It runs alone, with the values that rules read, in a process of its own, for the time of a script. Nothing that it decides is applied or stored; what it sends to other systems is sent, and so are its own calls of the Management API. At most 4 rules and actions are tried at once.',
    status: 200,
    body: Strict({
      script,
      arguments: Strict({
        user: AnyObject('The user, as the rule receives it'),
        context: AnyObject('The context, as the rule receives it'),
      }),
    }),
    response: TriedStep,
  },
  getRule: {
    method: 'GET',
    url: '/api/v2/rules/:id',
    scopes: ['read:rules'],
    tag: 'rules',
    summary: 'Get a rule',
    status: 200,
    params: IdParams,
    query: Strict({ ...projection }),
    response: Rule,
  },
  updateRule: {
    method: 'PATCH',
    url: '/api/v2/rules/:id',
    scopes: ['update:rules'],
    tag: 'rules',
    summary: 'Update a rule',
    status: 200,
    params: IdParams,
    body: RuleChange,
    response: Rule,
  },
  deleteRule: {
    method: 'DELETE',
    url: '/api/v2/rules/:id',
    scopes: ['delete:rules'],
    tag: 'rules',
    summary: 'Delete a rule',
    status: 204,
    params: IdParams,
    response: NoContent,
  },
  listRulesConfigs: {
    method: 'GET',
    url: '/api/v2/rules-configs',
    scopes: ['read:rules_configs'],
    tag: 'rules-configs',
    summary: 'List the names of the values that rules read',
    description: 'A value can be set and not read.',
    status: 200,
    response: Type.Array(Type.Object({ key: Type.String() })),
  },
  setRulesConfig: {
    method: 'PUT',
    url: '/api/v2/rules-configs/:key',
    scopes: ['update:rules_configs'],
    tag: 'rules-configs',
    summary: 'Set a value that rules read',
    status: 200,
    params: ConfigParams,
    body: Strict({ value: Text(10_240, 'The value, which is sealed at rest') }),
    response: Type.Object({ key: Type.String(), value: Type.String() }),
  },
  deleteRulesConfig: {
    method: 'DELETE',
    url: '/api/v2/rules-configs/:key',
    scopes: ['delete:rules_configs'],
    tag: 'rules-configs',
    summary: 'Delete a value that rules read',
    status: 204,
    params: ConfigParams,
    response: NoContent,
  },
} satisfies Record<string, Route>
