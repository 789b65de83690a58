import { createHmac } from 'node:crypto'
import { defined } from '../base/defined.ts'
import type { JsonValue } from '../base/json.ts'
import type { Clock } from '../base/clock.ts'
import type {
  EmailProvider,
  EmailProviderChange,
  EmailProviderName,
  NewEmailProvider,
} from '../contract/email-provider.ts'
import { invalidBody, Refusal } from '../contract/refusal.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import { emailProviderAad } from '../store/sealed-aad.ts'
import type { Db, EmailProvidersTable } from '../store/tables.ts'
import { inTransaction, violatesUnique } from '../store/transaction.ts'
import type { MailSealer } from './outbox.ts'

/** The dependencies of operations on mail services. */
export type EmailProviderDeps = { db: Db; clock: Clock; sealer: MailSealer }

type Credentials = NewEmailProvider['credentials']

/** How a mail server is reached. */
export type MailServerLogin = { host: string; port: number; user: string | undefined; pass: string | undefined }

/**
 * The password for the SMTP servers of Amazon SES, which is derived from the secret access key
 * (Amazon SES developer guide, "Obtaining SMTP credentials by converting AWS credentials").
 */
function sesPassword(secret_access_key: string, region: string): string {
  const sign = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const first = sign(`AWS4${secret_access_key}`, '11111111')
  const signature = [region, 'ses', 'aws4_request', 'SendRawEmail'].reduce(sign, first)
  return Buffer.concat([Buffer.from([4]), signature]).toString('base64')
}

type Service = {
  required: readonly (keyof Credentials)[]
  login(credentials: Credentials): MailServerLogin
}

const byApiKey = (host: string, port: number, user: string): Service => ({
  required: ['api_key'],
  login: ({ api_key }) => ({ host, port, user, pass: api_key }),
})

/** The SMTP servers of the services, with the user names that they expect beside an API key. */
const services: Readonly<Record<EmailProviderName, Service>> = {
  smtp: {
    required: ['smtp_host', 'smtp_port'],
    login: ({ smtp_host = '', smtp_port = 587, smtp_user, smtp_pass }) => ({
      host: smtp_host,
      port: smtp_port,
      user: smtp_user,
      pass: smtp_pass,
    }),
  },
  sendgrid: byApiKey('smtp.sendgrid.net', 587, 'apikey'),
  mandrill: byApiKey('smtp.mandrillapp.com', 587, 'wherry'),
  resend: byApiKey('smtp.resend.com', 465, 'resend'),
  sparkpost: {
    required: ['api_key'],
    login: ({ api_key, region }) => ({
      host: region === 'eu' ? 'smtp.eu.sparkpostmail.com' : 'smtp.sparkpostmail.com',
      port: 587,
      user: 'SMTP_Injection',
      pass: api_key,
    }),
  },
  ses: {
    required: ['accessKeyId', 'secretAccessKey', 'region'],
    login: ({ accessKeyId, secretAccessKey = '', region = '' }) => ({
      host: `email-smtp.${region}.amazonaws.com`,
      port: 587,
      user: accessKeyId,
      pass: sesPassword(secretAccessKey, region),
    }),
  },
}

function checkCredentials(name: EmailProviderName, credentials: Credentials): void {
  const missing = services[name].required.find((member) => credentials[member] === undefined)
  if (missing !== undefined) throw invalidBody(`Missing required property for ${name}: ${missing}`, 'credentials')
}

const openCredentials = (sealer: MailSealer, row: EmailProvidersTable): Credentials =>
  readJson<Credentials>(sealer.open(row.credentials_sealed, emailProviderAad(row.tenant_id)))

function show(sealer: MailSealer, row: EmailProvidersTable): EmailProvider {
  const { smtp_host, smtp_port, smtp_user, region } = openCredentials(sealer, row)
  return {
    name: row.name,
    enabled: row.enabled === 1,
    credentials: defined({ smtp_host, smtp_port, smtp_user, region }),
    ...defined({
      default_from_address: row.from_address ?? undefined,
      settings: readJson<JsonValue>(row.settings) ?? undefined,
    }),
  }
}

async function rowOf(db: Db, tenant_id: string): Promise<EmailProvidersTable | undefined> {
  return await db.selectFrom('email_providers').selectAll().where('tenant_id', '=', tenant_id).executeTakeFirst()
}

/** Whether a tenant has an enabled mail service. `db` may be a transaction. */
export const hasMailService = async (db: Db, tenant_id: string): Promise<boolean> =>
  (await rowOf(db, tenant_id))?.enabled === 1

/** The mail service of a tenant, or undefined. */
export async function findEmailProvider(
  { db, sealer }: EmailProviderDeps,
  tenant_id: string,
): Promise<EmailProvider | undefined> {
  const row = await rowOf(db, tenant_id)
  return row && show(sealer, row)
}

/** Configures the mail service of a tenant. @throws {Refusal} `email_provider_exists`, `invalid_body` */
export async function createEmailProvider(
  { db, clock, sealer }: EmailProviderDeps,
  tenant_id: string,
  { name, credentials, enabled = true, default_from_address, settings = null }: NewEmailProvider,
): Promise<EmailProvider> {
  checkCredentials(name, credentials)
  const now = clock.now()
  const row: EmailProvidersTable = {
    tenant_id,
    name,
    enabled: enabled ? 1 : 0,
    from_address: default_from_address ?? null,
    credentials_sealed: sealer.seal(writeJson(credentials), emailProviderAad(tenant_id)),
    settings: writeJson(settings),
    created_at: now,
    updated_at: now,
  }
  await db
    .insertInto('email_providers')
    .values(row)
    .execute()
    .catch((error: unknown) => {
      throw violatesUnique(error, 'email_providers') ? new Refusal('email_provider_exists') : error
    })
  return show(sealer, row)
}

/**
 * Changes the mail service of a tenant. Credentials are replaced as a whole; another service needs its own.
 *
 * @throws {Refusal} `inexistent_email_provider`, `invalid_body`
 */
export async function updateEmailProvider(
  { db, clock, sealer }: EmailProviderDeps,
  tenant_id: string,
  change: EmailProviderChange,
): Promise<EmailProvider> {
  const row = await inTransaction(db, async (trx) => {
    const before = await rowOf(trx, tenant_id)
    if (!before) throw new Refusal('inexistent_email_provider')
    const { enabled, default_from_address, settings } = change
    const name = change.name ?? (before.name as EmailProviderName)
    const credentials = change.credentials ?? openCredentials(sealer, before)
    checkCredentials(name, credentials)
    return await trx
      .updateTable('email_providers')
      .set({
        name,
        credentials_sealed: sealer.seal(writeJson(credentials), emailProviderAad(tenant_id)),
        ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0 }),
        ...(default_from_address === undefined ? {} : { from_address: default_from_address }),
        ...(settings === undefined ? {} : { settings: writeJson(settings) }),
        updated_at: clock.now(),
      })
      .where('tenant_id', '=', tenant_id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
  return show(sealer, row)
}

/** Removes the mail service of a tenant. A missing one is not an error. */
export async function deleteEmailProvider({ db }: Pick<EmailProviderDeps, 'db'>, tenant_id: string): Promise<void> {
  await db.deleteFrom('email_providers').where('tenant_id', '=', tenant_id).execute()
}

/** A mail server with its login, and the sender of mail whose template has none. */
export type MailServer = { login: MailServerLogin; from_address: string | null }

function serverOf(sealer: MailSealer, row: EmailProvidersTable): MailServer {
  const service = services[row.name as EmailProviderName]
  return { login: service.login(openCredentials(sealer, row)), from_address: row.from_address }
}

/** The mail server of a tenant; undefined without an enabled mail service. */
export async function mailServerOf(
  { db, sealer }: Pick<EmailProviderDeps, 'db' | 'sealer'>,
  tenant_id: string,
): Promise<MailServer | undefined> {
  const row = await rowOf(db, tenant_id)
  return row?.enabled === 1 ? serverOf(sealer, row) : undefined
}

/** The mail server of a tenant, also of a mail service that is off. @throws {Refusal} `inexistent_email_provider` */
export async function configuredMailServer(
  { db, sealer }: Pick<EmailProviderDeps, 'db' | 'sealer'>,
  tenant_id: string,
): Promise<MailServer> {
  const row = await rowOf(db, tenant_id)
  if (!row) throw new Refusal('inexistent_email_provider')
  return serverOf(sealer, row)
}
