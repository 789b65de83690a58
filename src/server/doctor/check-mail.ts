import { countText } from '../../base/count-text.ts'
import { createSmtp } from '../../mail/smtp.ts'
import { countOutbox } from '../../store/outbox.ts'
import type { Config } from '../../config/config.ts'
import type { CommandDeps } from '../command-deps.ts'
import { failure, ok, warning, type DoctorDeps, type Found } from './finding.ts'
import { tenantsToCheck } from './tenants-to-check.ts'

const waiting_many = 1000

async function checkServer({ smtp_url, mail_from }: Config): Promise<Found[]> {
  if (smtp_url === undefined) {
    return [
      warning(
        'No mail server is set: links for a new password are kept in the outbox, and users do not get them.',
        'Set WHERRY_SMTP_URL and WHERRY_MAIL_FROM, or give each tenant a mail service of its own. Invitations of admins need WHERRY_SMTP_URL.',
      ),
    ]
  }
  const smtp = createSmtp(smtp_url, mail_from)
  const problem = await smtp.check().finally(() => smtp.close())
  const { hostname, port } = new URL(smtp_url)
  const server = `The mail server ${hostname}${port === '' ? '' : `:${port}`}`
  const sender = /@localhost>?$/.test(mail_from.trim())
    ? [
        warning(
          `Mail is sent from ${mail_from}.`,
          'Set WHERRY_MAIL_FROM to an address that the mail server may send from.',
        ),
      ]
    : []
  if (problem === undefined) return [ok(`${server} answers, and accepts the user name and password.`), ...sender]
  return [
    failure(`${server} cannot be used. ${problem}`, 'Check WHERRY_SMTP_URL. Mail waits and is tried again.'),
    ...sender,
  ]
}

async function checkOutbox({ db, modules }: CommandDeps): Promise<Found[]> {
  let waiting = 0
  let failed = 0
  for (const { tenant_id } of await tenantsToCheck(db)) {
    const counts = await modules().searches.run(tenant_id, (reader) => countOutbox(reader, tenant_id))
    waiting += counts['waiting'] ?? 0
    failed += counts['failed'] ?? 0
  }
  return [
    ...(waiting >= waiting_many
      ? [
          warning(
            `${countText(waiting)} messages wait.`,
            'The process log has the reason of each delivery that failed.',
          ),
        ]
      : []),
    ...(failed > 0
      ? [
          warning(
            `${countText(failed)} messages could not be delivered.`,
            'GET /api/v2/outbox lists them with the last error of each. Of invitations of admins the process log has it.',
          ),
        ]
      : []),
  ]
}

/** Checks the mail server, the sender, and the messages that could not be delivered. */
export async function checkMail({ config, store }: DoctorDeps): Promise<Found[]> {
  return [...(await checkServer(config)), ...(store ? await checkOutbox(store) : [])]
}
