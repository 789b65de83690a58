import { Type, type Static } from 'typebox'
import { finishSteps } from './finish-steps.ts'
import { plans, type PlanFeature } from './plans.ts'
import { Choice, type Route } from './route.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })
const NamedConnection = Type.Object({ id: Type.String(), name: Type.String() })

/** The features that only some plans include, in the order in which they are shown. */
export const plan_features = ['import_mode', 'legacy_mode'] as const satisfies PlanFeature[]

/** How a tenant uses a feature that only some plans include. */
const PlanUse = Type.Object({
  feature: Choice([...plan_features], 'The feature'),
  connections: count('Connections in this mode.'),
  users: count('Users of these connections in Wherry. In legacy mode none of them can log in without the feature.'),
  not_moved: count('People of these connections who are known and have not moved. They need the feature to log in.'),
  is_complete: Type.Boolean({
    description: 'False: a connection has no directory, and its legacy store may have people who were never seen.',
  }),
  first: Type.Array(NamedConnection, { description: 'The first 10 of these connections.' }),
})
export type PlanUse = Static<typeof PlanUse>

/** What the plan of a tenant is needed for. */
export const TenantPlan = Type.Object({
  plan: Choice([...plans], 'Plan of the tenant'),
  uses: Type.Array(PlanUse, { description: 'One for each feature that only some plans include.' }),
})
export type TenantPlan = Static<typeof TenantPlan>

/** How far a tenant is on the way to the first user who moves. */
export const FirstSteps = Type.Object({
  has_application: Type.Boolean({ description: 'Whether an application exists in which users can log in.' }),
  connection: Type.Optional(
    Type.Object(
      {
        id: Type.String(),
        name: Type.String(),
        mode: Choice(['local', 'import', 'legacy'], 'Mode of the connection'),
        finish_step: Type.Optional(Choice([...finishSteps], 'The last step of the finish that was started')),
        has_login_script: Type.Boolean({
          description:
            'Whether it has the script that decides a login: `login`, or `get_user` where Wherry verifies the hash.',
        }),
        has_application: Type.Boolean({ description: 'Whether an application may use it.' }),
        was_called: Type.Boolean({ description: 'Whether a login has called that script.' }),
      },
      {
        description:
          'The connection that is nearest to its first move, or one whose migration has ended; absent where the tenant has none.',
      },
    ),
  ),
  moved: count('Users of all connections who have moved.'),
})
export type FirstSteps = Static<typeof FirstSteps>

/** Operations that show how far a tenant is, and what its plan is needed for. */
export const tenantProgressRoutes = {
  getTenantPlan: {
    method: 'GET',
    url: '/api/v2/tenants/plan',
    scopes: ['read:connections'],
    tag: 'tenants',
    summary: 'Get the plan of the tenant, and what it is needed for',
    description:
      'The counts say how many people could no longer log in under a plan without the feature. Only the operator changes the plan.',
    status: 200,
    response: TenantPlan,
  },
  getFirstSteps: {
    method: 'GET',
    url: '/api/v2/tenants/first-steps',
    scopes: ['read:connections'],
    tag: 'tenants',
    summary: 'Get how far the tenant is on the way to the first user who moves',
    status: 200,
    response: FirstSteps,
  },
} satisfies Record<string, Route>
