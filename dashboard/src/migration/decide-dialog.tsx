import { Button, Group, Modal, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { NewDecision } from '../../../src/contract/decision.ts'
import type { Item } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notify } from '../ui/notices'
import { Problem } from '../ui/problem'
import { recordName } from './record-name'

type Kind = NewDecision['kind']
type Props = { connection_id: string; record: Item<'listMigrationRecords'>; is_open: boolean; onClose: () => void }

const kinds = ['keep', 'rename', 'alias', 'exclude', 'retry'] as const satisfies Kind[]
const members = ['email', 'username', 'phone_number', 'alias_of', 'message'] as const
type Member = (typeof members)[number]

const members_of: Record<Kind, readonly Member[]> = {
  keep: [],
  rename: ['email', 'username', 'phone_number'],
  alias: ['alias_of'],
  exclude: ['message'],
  retry: [],
}

type Decidable = Props['record']

const without_usable_identifier: readonly string[] = ['invalid_address', 'invalid_username', 'missing_identifier']

/** Whether `keep` helps: not without an identifier, unless others have the same id or a script returned several users. */
function canBeKept({ email, username, directory, last_outcome }: Decidable): boolean {
  const problem = directory?.problem ?? ''
  if (problem === 'repeated_id' || last_outcome === 'collision') return true
  if (without_usable_identifier.includes(problem)) return false
  return [email, username, directory?.email, directory?.username, directory?.phone_number].some(Boolean)
}

/** The kinds of decisions that can be made about a record, and the one that holds. */
const kindsFor = (record: Decidable): Kind[] =>
  kinds.filter(
    (kind) =>
      kind === record.decision?.kind ||
      (kind === 'keep' ? canBeKept(record) : kind !== 'alias' || record.legacy_id !== undefined),
  )

/** Decides about a record whose user cannot move as they are: each kind says what it does to whom. */
export function DecideDialog(props: Props): ReactElement {
  const t = useMessages().migration
  return (
    <Modal opened={props.is_open} onClose={props.onClose} title={t.decideTitle(recordName(props.record))}>
      {/* Mounted anew each time: what was typed is gone. */}
      {props.is_open && <DecisionForm {...props} />}
    </Modal>
  )
}

function DecisionForm({ connection_id, record, onClose }: Props): ReactElement {
  const t = useMessages()
  const texts = t.migration
  const decide = useCall('setDecision')
  const offered = kindsFor(record)
  const legacy_id = record.directory?.given_legacy_id ?? record.legacy_id
  const [kind, setKind] = useState<Kind>(record.decision?.kind ?? offered[0] ?? 'retry')
  const [typed, setTyped] = useState<Partial<Record<Member, string>>>(() =>
    Object.fromEntries(
      members.flatMap((member) => (record.decision?.[member] ? [[member, record.decision[member]]] : [])),
    ),
  )
  const save = (): void => {
    const given = members_of[kind].flatMap((member) => {
      const text = typed[member]?.trim() ?? ''
      return text === '' ? [] : [[member, text] as const]
    })
    decide.mutate(
      { connection_id, record_id: record.record_id, body: { kind, ...Object.fromEntries(given) } },
      {
        onSuccess: () => {
          notify(texts.decisionSaved)
          onClose()
        },
      },
    )
  }
  const field = (member: Member, label: string, hint?: string): ReactElement => (
    <TextInput
      key={member}
      label={label}
      {...(hint === undefined ? {} : { description: hint })}
      value={typed[member] ?? ''}
      onChange={(event) => setTyped({ ...typed, [member]: event.currentTarget.value })}
      autoComplete="off"
    />
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <Stack>
        {legacy_id !== undefined && (
          <Text size="sm" c="dimmed">
            {texts.facts.legacyId}: {legacy_id}
          </Text>
        )}
        <Radio.Group label={texts.decide} value={kind} onChange={(value) => setKind(value)}>
          <Stack gap="xs" mt="xs">
            {offered.map((one) => (
              <Radio key={one} value={one} label={texts.kinds[one]} description={texts.consequences[one]} />
            ))}
          </Stack>
        </Radio.Group>
        {kind === 'rename' && [
          field('email', texts.newEmail),
          field('username', texts.newUsername),
          field('phone_number', texts.newPhone),
        ]}
        {kind === 'alias' && field('alias_of', texts.aliasOf, texts.aliasHint)}
        {kind === 'exclude' && (
          <Textarea
            label={texts.excludeText}
            description={texts.excludeHint}
            autosize
            minRows={2}
            value={typed.message ?? ''}
            onChange={(event) => setTyped({ ...typed, message: event.currentTarget.value })}
          />
        )}
        {decide.error && <Problem error={decide.error} title={t.ui.notSaved} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t.ui.cancel}
          </Button>
          <Button type="submit" loading={decide.isPending}>
            {texts.decide}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
