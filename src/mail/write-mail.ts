import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'
import { htmlMessage, plainMessage, type Language, type MessageValues } from '../base/message.ts'
import { mail_messages, type MailMessageKey } from './mail-messages.ts'

/** Input for writing a mail with a link. */
export type LinkMail = {
  language: Language
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

// <%= %> escapes a value; the plain-text template prints values unescaped with <%~ %>.
const eta = new Eta({ views: fileURLToPath(new URL('../../templates/mail', import.meta.url)), cache: true })

const units = [
  { name: 'day', seconds: 86_400 },
  { name: 'hour', seconds: 3600 },
  { name: 'minute', seconds: 60 },
] as const

/** A lifetime as text: `432000` → `5 days`. It is in the largest unit of which it has two or exactly one, rounded down. */
export function lifetimeInWords(language: Language, lifetime_s: number): string {
  const unit = units.find(({ seconds }) => lifetime_s >= 2 * seconds || lifetime_s === seconds) ?? units[2]
  const count = Math.max(1, Math.floor(lifetime_s / unit.seconds))
  return plainMessage(language, mail_messages[language][unit.name], { count })
}

/** The text on one line, without control characters: a name with line breaks could imitate further content of the mail. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

/** The texts of each kind of mail. */
const kinds = {
  reset: {
    subject: 'reset_subject',
    preview: 'reset_preview',
    title: 'reset_title',
    lead: 'reset_lead',
    button: 'reset_title',
    ignore: 'reset_ignore',
  },
  verification: {
    subject: 'verification_subject',
    preview: 'verification_preview',
    title: 'verification_title',
    lead: 'verification_lead',
    button: 'verification_button',
    ignore: 'verification_ignore',
  },
  invitation: {
    subject: 'invitation_subject',
    preview: 'invitation_preview',
    title: 'invitation_title',
    lead: 'invitation_lead',
    button: 'invitation_button',
    ignore: 'invitation_ignore',
  },
} as const satisfies Record<string, Record<string, MailMessageKey>>

function write(kind: keyof typeof kinds, mail: LinkMail): WrittenMail {
  const { language, link, lifetime_s } = mail
  const values: MessageValues = {
    tenant: oneLine(mail.tenant_name),
    email: oneLine(mail.email),
    lifetime: lifetimeInWords(language, lifetime_s),
    ...(mail.support_email === undefined ? {} : { support_email: oneLine(mail.support_email) }),
  }
  const catalogue = mail_messages[language]
  const shown = {
    keys: kinds[kind],
    language,
    link,
    ...values,
    t: (key: MailMessageKey) => plainMessage(language, catalogue[key], values),
    strong: (key: MailMessageKey) => htmlMessage(language, catalogue[key], values),
  }
  return { subject: shown.t(kinds[kind].subject), text: eta.render('text', shown), html: eta.render('html', shown) }
}

/** The mail with the link to choose a new password. */
export function resetMail(mail: LinkMail): WrittenMail {
  return write('reset', mail)
}

/** The mail with the link to confirm an address. */
export function verificationMail(mail: LinkMail): WrittenMail {
  return write('verification', mail)
}

/** The mail with the link that makes its recipient an admin of the tenant. */
export function invitationMail(mail: LinkMail): WrittenMail {
  return write('invitation', mail)
}
