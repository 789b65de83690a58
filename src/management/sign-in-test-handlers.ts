import { adminOrigin } from '../admins/system-tenant.ts'
import { isoTime } from '../base/time.ts'
import { Refusal } from '../contract/refusal.ts'
import { listAttemptsOfTest } from '../logs/list-attempts.ts'
import { beginSignInTest, completeSignInTest, sign_in_test_ms, type SignInTestDeps } from '../oauth/sign-in-test.ts'
import type { TenantCache } from '../tenants/tenant-cache.ts'
import type { Site } from '../tenants/tenant.ts'
import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'
import { showAttempt } from './show-attempt.ts'

/** The page of the dashboard that receives the code of a sign-in test. */
const result_page = 'sign-in-tested'

/** Operations of sign-in tests. */
export function signInTestHandlers(deps: SignInTestDeps & { site: Site; tenants: Pick<TenantCache, 'system'> }) {
  return {
    async createSignInTest({ tenant, issuer, params }) {
      const connection = await connectionOf(deps.db, tenant, params.id)
      const system = await deps.tenants.system()
      const admin_url = system && adminOrigin(system, deps.site.scheme)
      if (admin_url === undefined) {
        const message =
          'A sign-in test returns to the dashboard, and this server has no admin origin: set WHERRY_ADMIN_URL.'
        throw new Refusal('invalid_request', { message })
      }
      const test = beginSignInTest(deps, connection, { issuer, redirect_uri: `${admin_url}${result_page}` })
      return { ...test, expires_at: isoTime(test.expires_at) }
    },

    async listSignInTestAttempts({ tenant, params, query }) {
      const connection = await connectionOf(deps.db, tenant, params.id)
      const { tenant_id } = tenant
      // Also where the page is read again after the test.
      const since = deps.clock.now() - 2 * sign_in_test_ms
      const attempts = await listAttemptsOfTest(deps.db, tenant_id, { client_id: query.client_id, since })
      return { attempts: attempts.map((attempt) => showAttempt(tenant, attempt, connection)) }
    },

    async completeSignInTest({ tenant, issuer, params, body }) {
      const connection = await connectionOf(deps.db, tenant, params.id)
      return await completeSignInTest(deps, { tenant, issuer, connection }, body)
    },
  } satisfies Partial<Handlers>
}
