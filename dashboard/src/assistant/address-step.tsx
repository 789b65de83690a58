import { Checkbox, PasswordInput, Textarea } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import type { StepProps } from './connect-assistant'
import { StepForm } from './step-form'
import { serverOf } from './server-of'

const address_name = 'DATABASE_URL'

/** Asks where the database is, and whether scripts may connect to it, which is saved when they are loaded. An address that is saved already need not be typed again. */
export function AddressStep({
  connection,
  inspect,
  is_busy,
  next,
}: Pick<StepProps, 'connection' | 'inspect' | 'is_busy' | 'next'>): ReactElement {
  const t = useMessages()
  const texts = t.assistant
  const { id, options } = connection
  const saved = useRead('listConfiguration', { id })
  const is_saved = saved.data?.values.some(({ name }) => name === address_name) === true
  const [address, setAddress] = useState('')
  const [certificate, setCertificate] = useState('')
  const [is_allowed, setIsAllowed] = useState(true)
  const server = serverOf(address)
  const { allow: allowed = [] } = options.egress ?? {}
  const is_new = server !== undefined && !allowed.includes(server)
  const submit = async (): Promise<void> => {
    const configuration = {
      ...(address === '' ? {} : { [address_name]: address.trim() }),
      ...(certificate === '' ? {} : { DATABASE_CA: certificate }),
    }
    if (await inspect({ configuration, ...(is_new && is_allowed ? { allow: [server] } : {}) })) next()
  }
  return (
    <StepForm
      onSubmit={submit}
      label={texts.inspect}
      is_busy={is_busy}
      is_disabled={address.trim() === '' && !is_saved}
    >
      <PasswordInput
        label={texts.address}
        description={is_saved ? texts.addressSaved : texts.addressHint}
        placeholder="postgres://reader:secret@db.example.com/shop"
        value={address}
        maxLength={8192}
        autoComplete="new-password"
        spellCheck={false}
        data-autofocus
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      {is_new && (
        <Checkbox
          label={texts.allow(server)}
          checked={is_allowed}
          onChange={(event) => setIsAllowed(event.currentTarget.checked)}
        />
      )}
      <Textarea
        label={texts.certificate}
        description={texts.certificateHint}
        value={certificate}
        autosize
        minRows={1}
        maxRows={6}
        maxLength={65_536}
        spellCheck={false}
        onChange={(event) => setCertificate(event.currentTarget.value)}
      />
    </StepForm>
  )
}
