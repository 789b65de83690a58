// The pages that have a picture, by the names of their pictures.
import type { Page as Tab } from 'playwright-core'
import { customer, namesake, password } from '../../tests/support/harbour/customers.ts'
import type { HarbourShop } from '../../tests/support/harbour/open-harbour-shop.ts'

/** A page with a picture. */
export type PicturedPage = {
  /** Its path below the address of the tenant. */
  path: string | ((shop: HarbourShop) => Promise<string>)
  /** What is done on it first, such as a try, or a scroll to what the picture is about. */
  prepare?: (tab: Tab) => Promise<void>
  /** It is of the tenant whose owner has begun. */
  is_of_beginner?: true
}

const ofMigration = (part: string) => (shop: HarbourShop) =>
  Promise.resolve(`migration/${shop.connection_id}${part === '' ? '' : `/${part}`}`)

const searchFor = (email: string) => encodeURIComponent(`email:"${email}"`)

/** Scrolls an element to the top of the picture, below the header. */
const toTop = (element: { style: { scrollMarginTop: string }; scrollIntoView(): void }): void => {
  element.style.scrollMarginTop = '72px'
  element.scrollIntoView()
}

/** Scrolls a region of the page to the top of the picture. */
const scrollTo = (name: string) => async (tab: Tab) => {
  await tab.getByRole('region', { name, exact: true }).first().evaluate(toTop)
}

/** Scrolls to a preview, which is below its form on a phone. */
async function showPreview(tab: Tab): Promise<void> {
  if ((tab.viewportSize()?.width ?? 0) < 768) await scrollTo('Preview')(tab)
}

/** Every page with a picture. */
export const pictured_pages: Readonly<Record<string, PicturedPage>> = {
  'get-started': { path: 'get-started', is_of_beginner: true },
  connections: { path: 'connections' },
  'login-way': {
    path: ({ connection_id }) => Promise.resolve(`connections/${connection_id}/custom-database`),
  },
  migration: { path: ofMigration('') },
  'migration-needs-you': { path: ofMigration(''), prepare: scrollTo('Needs you') },
  'migration-days': { path: ofMigration(''), prepare: scrollTo('Moves over time') },
  'migration-person': {
    path: async (shop) => {
      const q = encodeURIComponent(customer(namesake).email)
      const path = `migrations/${shop.connection_id}/records?q=${q}`
      return `migration/${shop.connection_id}/people/${await shop.firstOf(path, 'record_id', 'records')}`
    },
  },
  directory: { path: ofMigration('directory') },
  rehearsal: { path: ofMigration('rehearsal') },
  decisions: { path: ofMigration('decisions') },
  finish: { path: ofMigration('finish') },
  report: { path: ofMigration('report') },
  users: { path: 'users' },
  user: {
    path: async (shop) => {
      const path = `users?q=${searchFor(customer('Anne Elliot').email)}`
      return `users/${await shop.firstOf(path, 'user_id')}`
    },
  },
  applications: { path: 'applications' },
  'quick-start': {
    path: async (shop) => {
      const path = 'clients?app_type=regular_web'
      return `applications/${await shop.firstOf(path, 'client_id')}/quick-start`
    },
  },
  logs: { path: 'logs' },
  'log-event': {
    path: async (shop) => `logs/${await shop.firstOf('logs?q=type:f&sort=date:-1', 'log_id')}`,
  },
  'log-streams': { path: 'log-streams' },
  jobs: { path: 'jobs' },
  audit: { path: 'audit' },
  rules: { path: 'rules' },
  actions: { path: 'actions' },
  triggers: { path: 'actions/triggers/post-login' },
  'mail-service': { path: 'email' },
  'mail-template': { path: 'email/templates/reset_email', prepare: showPreview },
  outbox: { path: 'email/outbox' },
  branding: {
    path: 'branding',
    prepare: async (tab) => {
      await showPreview(tab)
      const is_dark = await tab.locator('html[data-mantine-color-scheme=dark]').count()
      if (is_dark > 0) await tab.getByText('Dark', { exact: true }).click()
    },
  },
  'attack-protection': { path: 'attack-protection' },
  'tenant-settings': { path: 'tenant' },
  plan: { path: 'tenant/plan' },
  'signing-keys': { path: 'tenant/signing-keys' },
  members: { path: 'members' },
  palette: {
    path: 'users',
    prepare: async (tab) => {
      await tab.keyboard.press('Control+k')
      await tab.getByRole('dialog').getByRole('searchbox').or(tab.getByRole('dialog').getByRole('textbox')).fill('har')
    },
  },
  // The last one: a try is in the logs.
  'custom-database': {
    path: ({ connection_id }) => Promise.resolve(`connections/${connection_id}/custom-database`),
    prepare: async (tab) => {
      await tab.getByLabel('E-mail address, username or phone number').fill(customer('Ben Gunn').email)
      await tab.getByLabel('Password', { exact: true }).fill(password)
      await tab.getByRole('button', { name: 'Try', exact: true }).click()
      await tab.getByText('The legacy store accepts the password', { exact: false }).waitFor()
      await tab.getByRole('tab', { name: 'Versions' }).evaluate(toTop)
    },
  },
}
