import { Type, type Static } from 'typebox'
import { patterns } from './patterns.ts'
import { plans } from './plans.ts'
import { Timestamp, Strict, Choice, IdParams, checkpointPaging, type Route } from './route.ts'

const plan = Choice(plans, 'Plan of the tenant')
const name = Type.String({
  minLength: 1,
  maxLength: 63,
  pattern: patterns.tenant_name.pattern,
  description: 'Short name of the tenant: small letters, digits and hyphens',
})
const domain = Type.String({
  minLength: 1,
  maxLength: 260,
  pattern: patterns.tenant_domain.pattern,
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
  created_at: Timestamp('When it was created.'),
})
export type Tenant = Static<typeof Tenant>

/** A new tenant. No other response contains the secret of its Management API client. */
export const CreatedTenant = Type.Intersect([
  Tenant,
  Type.Object({
    management_audience: Type.String(),
    management_client_id: Type.String(),
    management_client_secret: Type.String(),
    admin_setup_url: Type.Optional(
      Type.String({
        description:
          'URL at which the first admin sets a password; works once, for 24 hours. Absent where there is no admin origin (WHERRY_ADMIN_URL).',
      }),
    ),
  }),
])
export type CreatedTenant = Static<typeof CreatedTenant>

const operator_only = "Needs a token of the default tenant, which is the operator's."

/** Operations on tenants. */
export const tenantRoutes = {
  listTenants: {
    method: 'GET',
    url: '/api/v2/tenants',
    scopes: ['read:tenants'],
    operator: true,
    tag: 'tenants',
    summary: 'List tenants',
    description: operator_only,
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
    description: operator_only,
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
    description: operator_only,
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
    description: operator_only,
    status: 200,
    params: IdParams,
    body: Strict({ plan }),
    response: Tenant,
  },
} satisfies Record<string, Route>
