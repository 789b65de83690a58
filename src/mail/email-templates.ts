import type { Clock } from '../base/clock.ts'
import { isoTime } from '../base/time.ts'
import {
  email_template_names,
  sent_email_templates,
  type EmailTemplate,
  type EmailTemplateChange,
  type EmailTemplateName,
  type NewEmailTemplate,
} from '../contract/email-template.ts'
import { invalidBody, Refusal } from '../contract/refusal.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { renderHtml, renderLine, TemplateFailed, type LiquidVariables } from './liquid.ts'

type Stored = Omit<EmailTemplateChange, 'template'>
type Key = { tenant_id: string; name: EmailTemplateName }

/** A mail as a template of the tenant wrote it. */
export type TemplateMail = { subject?: string; html?: string; from?: string; result_url?: string }

const sender = /^(?:[^<>,@"]*<[^\s<>,@]+@[^\s<>,@]+>|[^\s<>,@]+@[^\s<>,@]+)$/

/** A web address; undefined for any other text, such as a `javascript:` URL. */
function webAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, href } = new URL(text)
  return protocol === 'https:' || protocol === 'http:' ? href : undefined
}

/**
 * Renders what a template has: what it leaves out, or what is no sender and no web address after rendering, is absent.
 *
 * @throws {TemplateFailed}
 */
export function renderTemplate(template: Stored, variables: LiquidVariables): TemplateMail {
  const { subject, body, from, resultUrl } = template
  const from_text = from ? renderLine(from, variables) : ''
  const result_url = resultUrl ? webAddress(renderLine(resultUrl, variables)) : undefined
  return {
    ...(subject ? { subject: renderLine(subject, variables) } : {}),
    ...(body ? { html: renderHtml(body, variables) } : {}),
    ...(sender.test(from_text) ? { from: from_text } : {}),
    ...(result_url === undefined ? {} : { result_url }),
  }
}

/** The variables of previews and checks. */
export const sample_variables = {
  url: 'https://tenant.example/u/reset-verify?ticket=AbCdEfGhIjKlMnOpQrStUvWxYz012345#',
  code: '123456',
  user: { email: 'user@example.com', name: 'Sample User', user_metadata: {}, app_metadata: {} },
  application: { name: 'Application', clientID: 'AbCdEfGh', callback_domain: 'https://app.example' },
  connection: { name: 'users' },
  tenant: 'tenant',
  friendly_name: 'Tenant',
  support_email: 'support@tenant.example',
  support_url: 'https://tenant.example/support',
  request_language: 'en',
} satisfies LiquidVariables

/**
 * Renders a template that an admin wrote, with a sample user.
 *
 * @param variables in place of the sample ones
 * @throws {Refusal} `invalid_body`, naming the property and the line
 */
export function renderSample(template: Stored, variables: LiquidVariables = {}): TemplateMail {
  const mail: TemplateMail = {}
  for (const name of ['subject', 'body', 'from', 'resultUrl'] as const) {
    const text = template[name]
    if (text === undefined || text === null) continue
    try {
      const rendered = renderTemplate({ [name]: text }, { ...sample_variables, ...variables })
      if (name === 'from' && rendered.from === undefined)
        throw invalidBody('With a sample user it is neither an address nor `Name <address>`', name)
      if (name === 'resultUrl' && rendered.result_url === undefined)
        throw invalidBody('With a sample user it is no http or https URL', name)
      Object.assign(mail, rendered)
    } catch (error) {
      throw error instanceof TemplateFailed ? invalidBody(error.message, name) : error
    }
  }
  return mail
}

const withoutNulls = (template: Stored): Stored =>
  Object.fromEntries(Object.entries(template).filter(([, value]) => value !== null))

const show = (name: string, stored: Stored): EmailTemplate => ({
  template: name,
  syntax: 'liquid',
  enabled: true,
  ...stored,
})

async function readStored(db: Db, { tenant_id, name }: Key): Promise<Stored | undefined> {
  const row = await db
    .selectFrom('email_templates')
    .select('data')
    .where('tenant_id', '=', tenant_id)
    .where('template', '=', name)
    .executeTakeFirst()
  return row && readJson<Stored>(row.data)
}

/** A template of a tenant, or undefined. */
export const emailTemplate = readStored

/** A template of a tenant. @throws {Refusal} `inexistent_email_template` */
export async function getEmailTemplate(db: Db, tenant_id: string, name: EmailTemplateName): Promise<EmailTemplate> {
  const stored = await readStored(db, { tenant_id, name })
  if (!stored) throw new Refusal('inexistent_email_template')
  return show(name, stored)
}

/** The kinds of mail, with what a tenant has stored of each. */
export async function listEmailTemplates(db: Db, tenant_id: string) {
  const rows = await db
    .selectFrom('email_templates')
    .select(['template', 'data', 'updated_at'])
    .where('tenant_id', '=', tenant_id)
    .execute()
  const stored = new Map(rows.map((row) => [row.template, row]))
  return email_template_names.map((template) => {
    const row = stored.get(template)
    const { subject, body, enabled }: Stored = row ? readJson<Stored>(row.data) : {}
    return {
      template,
      is_sent: sent_email_templates.some((name) => name === template),
      is_stored: row !== undefined,
      has_own_text: Boolean(subject ?? body),
      enabled: enabled !== false,
      ...(row ? { updated_at: isoTime(row.updated_at) } : {}),
    }
  })
}

type Deps = { db: Db; clock: Clock }

async function write(
  { db, clock }: Deps,
  { tenant_id, name }: Key,
  dataOf: (before: Stored | undefined) => Stored,
): Promise<EmailTemplate> {
  const at = clock.now()
  return await inTransaction(db, async (trx) => {
    const stored = dataOf(await readStored(trx, { tenant_id, name }))
    const data = writeJson(stored)
    await trx
      .insertInto('email_templates')
      .values({ tenant_id, template: name, data, created_at: at, updated_at: at })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'template']).doUpdateSet({ data, updated_at: at }))
      .execute()
    return show(name, stored)
  })
}

/** Creates a template of a tenant. @throws {Refusal} `email_template_exists`, `invalid_body` */
export async function createEmailTemplate(
  deps: Deps,
  tenant_id: string,
  { template: name, ...template }: NewEmailTemplate,
): Promise<EmailTemplate> {
  renderSample(template)
  return await write(deps, { tenant_id, name }, (before) => {
    if (before) throw new Refusal('email_template_exists', { message: `Template ${name} already exists.` })
    return withoutNulls(template)
  })
}

/**
 * Changes a template of a tenant. `merges`: whether properties that are left out stay as they are; null removes one.
 *
 * @throws {Refusal} `inexistent_email_template`, `invalid_body`
 */
export async function saveEmailTemplate(
  deps: Deps,
  key: Key,
  { template: named, ...change }: EmailTemplateChange,
  { merges }: { merges: boolean },
): Promise<EmailTemplate> {
  if (named !== undefined && named !== key.name) throw invalidBody('It differs from the name in the path', 'template')
  renderSample(change)
  return await write(deps, key, (before) => {
    if (!before && merges) throw new Refusal('inexistent_email_template')
    return withoutNulls(merges ? { ...before, ...change } : change)
  })
}
