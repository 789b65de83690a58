import type { Chapter } from '../chapter.ts'
import { textMember } from '../json.ts'
import { openTenantApi } from '../tenant-api.ts'
import type { TourRecorder } from '../tour-recorder.ts'

const password = 'a long enough password'

/** The link of an admin. Its host is not part of the recording. */
function followed(tour: TourRecorder, link: string, tenant = tour.api) {
  const { host, pathname, search, searchParams } = new URL(link)
  const options = { host_left_out: true, tenant }
  const ticket = searchParams.get('ticket') ?? ''
  return {
    open: (step: string) => tour.step(step, { path: `${pathname}${search}`, host }, options),
    complete: (step: string, form: Record<string, string>) => {
      const headers = { 'sec-fetch-site': 'same-origin' }
      return tour.step(step, { path: pathname, host, form: { ticket, ...form }, headers }, options)
    },
    unknown: (step: string) => tour.step(step, { path: `${pathname}?ticket=unknown`, host }, options),
  }
}

/** The first start's file and the set-up of admins. */
export const adminSetup: Chapter = {
  name: 'admin-setup',
  async run(tour) {
    const admin = followed(tour, tour.first_run.admin_setup_url)
    await tour.step(
      'ready after the first start',
      { path: '/health/ready' },
      { seen: async () => ({ 'first-run.json': { ...tour.first_run } }) },
    )
    await admin.open('the set-up link')
    const email = 'owner@acme.example'
    const both = (text: string) => ({ password: text, password_repeat: text })
    await admin.complete('two different passwords', { email, password, password_repeat: 'another' })
    await admin.complete('a weak password', { email, ...both('short') })
    await admin.complete('no valid e-mail address', { email: 'not an address', ...both(password) })
    await admin.complete('the first admin', { email, ...both(password) })
    await admin.open('the used set-up link')
    await admin.complete('the used set-up link again', { email, ...both(password) })

    const made = await tour.api.must('POST', 'tenants', { name: 'second', domain: 'second.example' })
    await tour.forget()
    const tenant = await openTenantApi(tour.server.port, {
      host: 'second.example',
      audience: textMember(made, 'management_audience'),
      client_id: textMember(made, 'management_client_id'),
      client_secret: textMember(made, 'management_client_secret'),
    })
    const second = followed(tour, textMember(made, 'admin_setup_url'), tenant)
    await second.open('the set-up link of another tenant')
    await second.complete('the address of an admin of the first tenant', { email, ...both('another long password') })
    const existing = { email, existing: '1' }
    await second.complete('a wrong existing password', { ...existing, password: 'another long password' })
    await second.complete('the existing password', { ...existing, password })
    await admin.unknown('a set-up link that does not exist')
    await tour.step('a set-up link at the host of a tenant', { path: '/u/admin-setup?ticket=unknown' })
  },
}
