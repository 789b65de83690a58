import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'

/** Input for writing a mail with a link. */
export type LinkMail = {
  /** The display name of the tenant. */
  tenant_name: string
  link: string
  /** The address that the link is about. */
  email: string
  lifetime_s: number
  support_email?: string | undefined
}

/** A written mail. Plain text and HTML have the same content. */
export type WrittenMail = { subject: string; text: string; html: string }

// <%= %> escapes a value; the plain-text templates print values unescaped with <%~ %>.
const eta = new Eta({ views: fileURLToPath(new URL('../../templates/mail', import.meta.url)), cache: true })

const units = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3600 },
  { name: 'minute', seconds: 60 },
] as const

/** A lifetime as text: `432000` → `5 days`. It is in the largest unit of which it has two or exactly one, rounded down. */
export function lifetimeInWords(lifetime_s: number): string {
  const unit = units.find(({ seconds }) => lifetime_s >= 2 * seconds || lifetime_s === seconds) ?? units[2]
  const count = Math.max(1, Math.floor(lifetime_s / unit.seconds))
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`
}

/** The text on one line, without control characters: a name with line breaks could imitate further content of the mail. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

function write(name: 'reset' | 'verification', subject: string, mail: LinkMail): WrittenMail {
  const values = {
    subject,
    tenant_name: oneLine(mail.tenant_name),
    email: oneLine(mail.email),
    link: mail.link,
    lifetime: lifetimeInWords(mail.lifetime_s),
    support_email: mail.support_email === undefined ? undefined : oneLine(mail.support_email),
  }
  return { subject, text: eta.render(`${name}-text`, values), html: eta.render(`${name}-html`, values) }
}

/** The mail with the link to choose a new password. */
export function resetMail(mail: LinkMail): WrittenMail {
  return write('reset', `Reset your password for ${oneLine(mail.tenant_name)}`, mail)
}

/** The mail with the link to confirm an address. */
export function verificationMail(mail: LinkMail): WrittenMail {
  return write('verification', `Confirm your e-mail address for ${oneLine(mail.tenant_name)}`, mail)
}
