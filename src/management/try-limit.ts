import { createTenantLimit } from '../login/tenant-limit.ts'

/** The limit of the rules and actions of a tenant that are tried at once. */
export const withinTryLimit = createTenantLimit(4, 'tried rules and actions')
