// A tenant with something on every page of the dashboard, the addresses of these pages, and an admin of each role who is signed in.
import type { Page as Tab, Request } from 'playwright-core'
import type { Role } from '../../../src/contract/roles.ts'
import type { Route } from '../../../src/contract/route.ts'
import { routes, type RouteName } from '../../../src/contract/routes.ts'
import { signIn, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'
import { fillWithMarkup } from '../../support/fill-with-markup.ts'
import { newKey, newPair } from '../../support/client-keys.ts'
import { objects } from '../../support/requests.ts'
import type { TestServer } from '../../support/test-server.ts'
import { waitUntil } from '../../support/wait-until.ts'

const attempts_max = 10

/** A person who has moved, and whose login is locked after too many wrong passwords. */
export const locked_person = 'ada@harbour.example'

/** Fills a tenant. `values`: that of each parameter of an address. */
export async function fillPages(server: TestServer) {
  const tenant = await fillTenant(server)
  const { client, connection_id, user_id } = tenant
  await tenant.move(locked_person)
  for (let nth = 0; nth < attempts_max; nth += 1) await server.login(client, 'customers', locked_person, 'wrong')
  await fillWithMarkup(server, tenant)
  await server.must('PUT', 'rules-configs/KEY', { value: 'value' })
  await server.must('PATCH', `connections/${connection_id}/configuration`, { configuration: { KEY: 'value' } })
  await server.must('POST', `clients/${client.client_id}/credentials`, newKey(newPair().publicKey))
  const sink = { httpEndpoint: 'https://hooks.harbour.example/' }
  const stream = await server.must('POST', 'log-streams', { name: 'siem', type: 'http', sink })
  await server.settle()
  const first = async (path: string, key: string, list?: string): Promise<string> => {
    const [found] = objects(await server.must('GET', path), list)
    if (found === undefined) throw new Error(`The tenant has nothing in ${path}`)
    return String(found[key])
  }
  const records = await server.records(connection_id)
  const locked = records.find(({ email }) => email === locked_person)
  const apis = objects(await server.must('GET', 'resource-servers'))
  const values: Record<string, string> = {
    connection_id,
    user_id,
    client_id: client.client_id,
    record_id: String(locked?.['record_id']),
    api_id: String(apis.find(({ name }) => name === 'Boats')?.['id']),
    action_id: await first('actions/actions', 'id', 'actions'),
    rule_id: await first('rules', 'id'),
    log_id: await first('logs?per_page=1', 'log_id'),
    log_stream_id: String(stream.id),
    message_id: await first('outbox', 'id'),
    job_id: await first('jobs', 'id', 'jobs'),
    trigger: 'post-login',
    template: 'reset_email',
  }
  return { client, values }
}

/** A signed-in admin of a role, in a browser of its own. */
export type Seat = {
  role: Role
  tab: Tab
  /** The operations that the browser sent since they were taken the last time. */
  take: () => Sent[]
  /** Opens a page of the tenant as a link does: the dashboard stays loaded. Resolves when the page has read what it shows. */
  open: (path: string) => Promise<void>
  /** Resolves when every request has its answer. */
  settled: () => Promise<void>
}

/** A request to the Management API. `status`: of its answer, where it has one. */
export type Sent = { operation: RouteName; status?: number }

const operations = Object.entries(routes as Record<string, Route>)
  .map(([name, { method, url, params }]) => ({
    name: name as RouteName,
    method,
    // A part of an address that is written out counts before a parameter.
    parameters: Object.keys(params?.properties ?? {}).length,
    form: new RegExp(`^/t/[^/]+${url.replaceAll(/:\w+/g, '[^/]+')}$`),
  }))
  .toSorted((left, right) => left.parameters - right.parameters)

/** The operation that a request calls; undefined for the files and the session of the dashboard. */
export function operationOf(request: Request): RouteName | undefined {
  const { pathname } = new URL(request.url())
  return operations.find(({ method, form }) => method === request.method() && form.test(pathname))?.name
}

/** Whether an operation reads only: by its method, by the contract, or because each scope of it only reads. */
export const isRead = (operation: RouteName): boolean => {
  const { method, changes_nothing, scopes }: Route = routes[operation]
  return method === 'GET' || changes_nothing === true || scopes.every((scope) => scope.startsWith('read:'))
}

const chosen_file = {
  name: 'people.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from('id,email\n1,ann@harbour.example\n'),
}
const quiet_ms = 250
const settled_max_ms = 10_000

/** Signs an admin of a role in. What the admin would change is refused in the browser, unless `changes` are wanted. */
export async function takeSeat(dashboard: OpenDashboard, role: Role, { changes = false } = {}): Promise<Seat> {
  const { server, admins, tenant_id } = dashboard
  const email = `${role}-${changes ? 'acts' : 'looks'}@wherry.example`
  await admins.setUp(email)
  await dashboard.setRole(email, role)
  const context = await dashboard.newContext()
  const tab = await context.newPage()
  // Windows and choices of files that a control opens, and questions before a page is left.
  context.on('page', (opened) => void opened.close())
  tab.on('filechooser', (chooser) => void chooser.setFiles(chosen_file))
  tab.on('dialog', (dialog) => void dialog.accept())
  const sent: Sent[] = []
  const pending = new Map<Request, number>()
  let last = 0
  const end = (request: Request): void => {
    pending.delete(request)
    last = Date.now()
  }
  context.on('response', (response) => {
    const operation = operationOf(response.request())
    if (operation !== undefined) sent.push({ operation, status: response.status() })
  })
  if (!changes)
    await context.route(/\/api\/v2\//, (route) => {
      const operation = operationOf(route.request())
      if (operation === undefined || routes[operation].method === 'GET' || isPreview(operation)) return route.continue()
      return route.fulfill({ status: 409, json: refusal })
    })
  await signIn(tab, server.admin_url, email)
  tab.on('request', (request) => {
    // A stream has no end.
    if (!new URL(request.url()).pathname.endsWith('/stream')) pending.set(request, Date.now())
    last = Date.now()
  })
  tab.on('requestfailed', end)
  tab.on('requestfinished', end)
  const leave = tab
    .getByRole('dialog', { name: 'Leave without saving?' })
    .getByRole('button', { name: 'Leave', exact: true })
  const settled = async (): Promise<void> => {
    const until = Date.now() + settled_max_ms
    while (Date.now() < until && (pending.size > 0 || Date.now() - last < quiet_ms)) await tab.waitForTimeout(50)
  }
  await settled()
  return {
    role,
    tab,
    take: () => sent.splice(0),
    settled,
    async open(path) {
      const pathname = `/t/${tenant_id}/${path}`
      await waitUntil(async () => {
        // What was typed on the page before is not kept.
        if (await leave.isVisible()) await leave.click()
        if (decodeURI(new URL(tab.url()).pathname) !== decodeURI(pathname))
          await tab.evaluate<void>(`history.pushState({}, '', ${JSON.stringify(pathname)})`)
        return await tab.evaluate<boolean>(isShown(pathname))
      })
      await tab.getByRole('heading', { level: 1 }).first().waitFor()
      await settled()
    },
  }
}

const isPreview = (operation: RouteName): boolean => (routes[operation] as Route).changes_nothing === true

const refusal = { statusCode: 409, error: 'Conflict', message: 'Refused by the test.', errorCode: 'refused_by_test' }

// The router tells when the page of an address has taken the place of the one before it.
const isShown = (pathname: string): string => `(() => {
  const { status, resolvedLocation } = self.__TSR_ROUTER__.state
  return status === 'idle' && decodeURI(resolvedLocation?.pathname ?? '') === decodeURI(${JSON.stringify(pathname)})
})()`

/** What a page shows. */
export type Shown = {
  title: string
  /** The role that the whole page, or a part of it, is said to need. */
  parts: string[]
  /** Each control by its name: whether it can be used, the role that it names, and whether another control of its form names one. */
  controls: { name: string; is_enabled: boolean; needs?: string; form_needs?: string }[]
  /** Addresses of links to pages of the tenant. */
  links: string[]
  navigation: string[]
}

const read_page = `(() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true })
  const roleIn = (text) => /needs the role (\\w+)/.exec(text ?? '')?.[1]
  const main = document.querySelector('main')
  const names = new Map()
  const controls = [...main.querySelectorAll('button, input, textarea, select, [contenteditable]')].filter((element) => shown(element) || ['checkbox', 'radio'].includes(element.type)).map((element) => {
    const label = (element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent ?? '').trim().slice(0, 60)
    const name = (element.isContentEditable ? 'editor' : element.localName) + ' ' + (element.hasAttribute('contenteditable') ? '' : label)
    const nth = names.get(name) ?? 0
    names.set(name, nth + 1)
    const group = element.closest('[role=group]')?.getAttribute('aria-label')
    const form = element.closest('form') ?? element.closest('section')
    const in_form = [...(form?.querySelectorAll('[role=group]') ?? [])].map((one) => roleIn(one.getAttribute('aria-label'))).find(Boolean)
    return {
      name: nth === 0 ? name : name + ' ' + nth,
      is_enabled: !element.matches(':disabled, [aria-disabled=true], [contenteditable=false]'),
      needs: roleIn(group),
      form_needs: in_form ?? roleIn(form?.textContent),
    }
  })
  const own = location.pathname.split('/').slice(0, 3).join('/') + '/'
  const hrefs = (within) => [...within.querySelectorAll('a[href]')].map(({ pathname }) => pathname).filter((path) => path.startsWith(own)).map((path) => path.slice(own.length))
  const parts = [...main.querySelectorAll('*')].filter((element) => element.children.length === 0).map(({ textContent }) => /^It needs the role (\\w+)/.exec(textContent)?.[1]).filter(Boolean)
  const title = document.querySelector('h1')?.textContent ?? ''
  return { title, parts, controls, links: hrefs(main), navigation: hrefs(document.querySelector('nav[aria-label=Navigation]')) }
})()`

/** Reads what the page shows that a tab has open. */
export const readShown = (tab: Tab): Promise<Shown> => tab.evaluate<Shown>(read_page)
