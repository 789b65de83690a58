import { Button, Checkbox, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState, type ReactElement } from 'react'
import type { Input } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notify } from '../ui/notices'
import { DialogActions } from '../ui/form-dialog'
import { Permission } from '../ui/permission'
import { useShowRefusedField } from '../ui/refused-field'

type NewKey = Input<'createClientCredential'>['body']
type Values = {
  name: string
  pem: string
  alg: NonNullable<NewKey['alg']>
  /** A time of the browser's zone, as a field of the browser has it; empty: never. */
  expires_at: string
  parse_expiry_from_cert: boolean
}

const algorithms = ['RS256', 'RS384', 'PS256'] as const
const pem_max = 16_384
const certificate = /-----BEGIN CERTIFICATE-----/
const private_key = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const pem_form = /-----BEGIN [A-Z ]+-----[\s\S]+-----END [A-Z ]+-----/

/** The button that opens the form of a new public key. */
export function AddKey({ client_id, is_full }: { client_id: string; is_full: boolean }): ReactElement {
  const t = useMessages().applications
  const [is_open, setIsOpen] = useState(false)
  return (
    <>
      <Permission call="createClientCredential">
        <Button variant="default" size="xs" disabled={is_full} onClick={() => setIsOpen(true)}>
          {t.addKey}
        </Button>
      </Permission>
      <Modal opened={is_open} onClose={() => setIsOpen(false)} title={t.addKeyTitle}>
        {/* Mounted anew each time: what was pasted is gone. */}
        {is_open && <KeyForm client_id={client_id} onClose={() => setIsOpen(false)} />}
      </Modal>
    </>
  )
}

function bodyOf({ name, pem, alg, expires_at, parse_expiry_from_cert }: Values): NewKey {
  const from_certificate = parse_expiry_from_cert && certificate.test(pem)
  return {
    credential_type: 'public_key',
    pem: pem.trim(),
    alg,
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(from_certificate ? { parse_expiry_from_cert: true } : {}),
    ...(expires_at === '' || from_certificate ? {} : { expires_at: new Date(expires_at).toISOString() }),
  }
}

function KeyForm({ client_id, onClose }: { client_id: string; onClose: () => void }): ReactElement {
  const texts = useMessages().applications
  const create = useCall('createClientCredential')
  const showRefusedField = useShowRefusedField()
  const form = useForm<Values>({
    initialValues: { name: '', pem: '', alg: 'RS256', expires_at: '', parse_expiry_from_cert: false },
    validate: {
      // A private key is not sent at all.
      pem: (pem) => (private_key.test(pem) ? texts.privateKeyRule : pem_form.test(pem) ? null : texts.pemRule),
    },
  })
  const submit = form.onSubmit((values) =>
    create.mutate(
      { id: client_id, body: bodyOf(values) },
      {
        onSuccess: () => {
          notify(texts.keyAdded)
          onClose()
        },
        onError: (error) => showRefusedField(form, error),
      },
    ),
  )
  const { pem, parse_expiry_from_cert } = form.values
  const is_certificate = certificate.test(pem)
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={texts.keyName}
          maxLength={128}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Textarea
          label={texts.pem}
          description={texts.pemHint}
          rows={8}
          maxLength={pem_max}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          {...form.getInputProps('pem')}
        />
        <Select label={texts.algorithm} data={[...algorithms]} allowDeselect={false} {...form.getInputProps('alg')} />
        {is_certificate && (
          <Checkbox
            label={texts.fromCertificate}
            {...form.getInputProps('parse_expiry_from_cert', { type: 'checkbox' })}
          />
        )}
        {!(is_certificate && parse_expiry_from_cert) && (
          <TextInput type="datetime-local" label={texts.expiresAt} {...form.getInputProps('expires_at')} />
        )}
        <DialogActions label={texts.addKey} call={create} onCancel={onClose} />
      </Stack>
    </form>
  )
}
