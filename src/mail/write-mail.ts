import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'

/** What a mail with a link is made of. */
export type LinkMail = {
  /** How the tenant calls itself before people. */
  tenant_name: string
  link: string
  /** The address that the link is about. */
  email: string
  lifetime_s: number
  support_email?: string | undefined
}

/** A mail, written: plain text and HTML say the same. */
export type WrittenMail = { subject: string; text: string; html: string }

// Values are escaped wherever a template prints them with <%= %>; the plain-text templates print them as they are.
const eta = new Eta({ views: fileURLToPath(new URL('../../templates/mail', import.meta.url)), cache: true })

const units = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3600 },
  { name: 'minute', seconds: 60 },
] as const

/** `432000` → `5 days`. Rounded down to the largest unit that it fills at least twice, so nothing is promised too long. */
export function lifetimeInWords(lifetime_s: number): string {
  const unit = units.find(({ seconds }) => lifetime_s >= 2 * seconds || lifetime_s === seconds) ?? units[2]
  const count = Math.max(1, Math.floor(lifetime_s / unit.seconds))
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`
}

/** One line of visible text: a name with line breaks could pretend to be more than a name. */
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
