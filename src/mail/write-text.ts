import { plainMessage, type Language } from '../base/message.ts'
import { mail_messages } from './mail-messages.ts'
import { lifetimeInWords, oneLine } from './write-mail.ts'

/** Input for a text message with a code. */
export type CodeText = { language: Language; tenant_name: string; code: string; link: string; lifetime_s: number }

/** The text message with a code to choose a new password. It begins with the code, which phones then show in the notification. */
export function codeText({ language, tenant_name, code, link, lifetime_s }: CodeText): string {
  const values = { code, tenant: oneLine(tenant_name), lifetime: lifetimeInWords(language, lifetime_s), link }
  return plainMessage(language, mail_messages[language].code_text, values)
}
