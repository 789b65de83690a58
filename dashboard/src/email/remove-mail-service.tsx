import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { DeleteSection } from '../ui/delete-section'
import { notify } from '../ui/notices'

/** Removes the mail service, once its name was typed: its credentials cannot be brought back. */
export function RemoveMailService({ name }: { name: string }): ReactElement {
  const t = useMessages().email
  return (
    <DeleteSection
      call="deleteEmailProvider"
      input={{}}
      also={['email-templates']}
      onSuccess={() => notify(t.removed)}
      label={t.remove}
      name={name}
      text={t.removeText}
    />
  )
}
