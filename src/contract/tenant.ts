import { Type, type Static } from 'typebox'
import { plans } from './plans.ts'
import { Moment, Strict, Words, IdParams, checkpointPaging, type Route } from './route.ts'

const plan = Words(plans, 'What the tenant may use')
const name = Type.String({
  minLength: 1,
  maxLength: 63,
  pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
  description: 'Short name of the tenant: small letters, digits and hyphens',
})
const domain = Type.String({
  minLength: 1,
  maxLength: 260,
  pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$',
  description: "Exact host, in lower case, with a port where it is not the scheme's own",
})

/** A tenant of this installation, as the operator sees it. */
export const Tenant = Type.Object({
  id: Type.String(),
  name: Type.String(),
  domain: Type.String(),
  issuer: Type.String(),
  plan,
  is_default: Type.Boolean(),
  created_at: Moment('When it was made.'),
})
export type Tenant = Static<typeof Tenant>

/** A tenant just made: its Management API client is told once, here. */
export const CreatedTenant = Type.Intersect([
  Tenant,
  Type.Object({
    management_audience: Type.String(),
    management_client_id: Type.String(),
    management_client_secret: Type.String(),
    admin_setup_url: Type.String({ description: 'Where the first admin sets a password; works once, for a day.' }),
  }),
])
export type CreatedTenant = Static<typeof CreatedTenant>

const operators = "Only with a token of the default tenant: this is the operator's own."

/** Operations on tenants. */
export const tenantRoutes = {
  listTenants: {
    method: 'GET',
    url: '/api/v2/tenants',
    scopes: ['read:tenants'],
    operator: true,
    tag: 'tenants',
    summary: 'List tenants',
    description: operators,
    status: 200,
    query: Strict({ ...checkpointPaging }),
    response: Type.Object({ tenants: Type.Array(Tenant), next: Type.Optional(Type.String()) }),
  },
  createTenant: {
    method: 'POST',
    url: '/api/v2/tenants',
    scopes: ['create:tenants'],
    operator: true,
    tag: 'tenants',
    summary: 'Create a tenant',
    description: operators,
    status: 201,
    body: Strict({ name, domain, plan: Type.Optional(plan) }),
    response: CreatedTenant,
  },
  getTenant: {
    method: 'GET',
    url: '/api/v2/tenants/:id',
    scopes: ['read:tenants'],
    operator: true,
    tag: 'tenants',
    summary: 'Get a tenant',
    description: operators,
    status: 200,
    params: IdParams,
    response: Tenant,
  },
  updateTenant: {
    method: 'PATCH',
    url: '/api/v2/tenants/:id',
    scopes: ['update:tenants'],
    operator: true,
    tag: 'tenants',
    summary: "Change a tenant's plan",
    description: operators,
    status: 200,
    params: IdParams,
    body: Strict({ plan }),
    response: Tenant,
  },
} satisfies Record<string, Route>
