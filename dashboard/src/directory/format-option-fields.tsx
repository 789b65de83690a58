import { NumberInput, PasswordInput, Stack, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import type { DirectoryFormat, DirectoryFormatOptions } from '../../../src/contract/directory-format.ts'
import { useMessages } from '../messages/use-messages'

/** What was typed for the options that belong to one format. */
export type TypedOptions = {
  auth0_connection: string
  signer_key: string
  salt_separator: string
  rounds: number | string
  mem_cost: number | string
}

/** Nothing typed; the numbers are those that Firebase gives to new projects. */
export const no_options: TypedOptions = {
  auth0_connection: '',
  signer_key: '',
  salt_separator: '',
  rounds: 8,
  mem_cost: 14,
}

/** The options of a format for what was typed. */
export function formatOptions(format: DirectoryFormat, typed: TypedOptions): DirectoryFormatOptions {
  const connection = typed.auth0_connection.trim()
  if (format === 'auth0' && connection !== '') return { auth0: { connection } }
  const { signer_key, salt_separator, rounds, mem_cost } = typed
  if (format !== 'firebase' || signer_key === '') return {}
  return { firebase: { signer_key, salt_separator, rounds: Number(rounds), mem_cost: Number(mem_cost) } }
}

/** The fields that one format has beside the columns. */
export function FormatOptionFields({
  format,
  typed,
  onChange,
}: {
  format: DirectoryFormat
  typed: TypedOptions
  onChange: (typed: TypedOptions) => void
}): ReactElement | null {
  const t = useMessages().directory
  if (format === 'auth0') {
    return (
      <TextInput
        label={t.auth0Connection}
        description={t.auth0ConnectionHint}
        value={typed.auth0_connection}
        onChange={(event) => onChange({ ...typed, auth0_connection: event.currentTarget.value })}
      />
    )
  }
  if (format !== 'firebase') return null
  return (
    <Stack gap="xs">
      <PasswordInput
        label={t.signerKey}
        description={t.signerKeyHint}
        autoComplete="off"
        value={typed.signer_key}
        onChange={(event) => onChange({ ...typed, signer_key: event.currentTarget.value.trim() })}
      />
      <TextInput
        label={t.saltSeparator}
        value={typed.salt_separator}
        onChange={(event) => onChange({ ...typed, salt_separator: event.currentTarget.value.trim() })}
      />
      <NumberInput
        label={t.rounds}
        min={1}
        max={120}
        value={typed.rounds}
        onChange={(rounds) => onChange({ ...typed, rounds })}
      />
      <NumberInput
        label={t.memCost}
        min={1}
        max={20}
        value={typed.mem_cost}
        onChange={(mem_cost) => onChange({ ...typed, mem_cost })}
      />
    </Stack>
  )
}
