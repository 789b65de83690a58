import { decided_by_cause_max } from 'virtual:contract'
import { Button, Modal, Radio, Stack, Text, Textarea } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Answer, Input } from '../client/contract-types'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DialogActions } from '../ui/form-dialog'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'

type Cause = Answer<'getMigrationCauses'>['people'][number]
type Body = Input<'decideCause'>['body']
type Kind = Body['kind']

const kinds = ['exclude', 'retry'] as const satisfies Kind[]
const message_max = 500

type Props = { connection_id: string; cause: Cause; name: string }

/** The button that decides about all people with a cause at once, but those about whom a decision was made; it asks before. */
export function DecideAll({ connection_id, cause, name }: Props): ReactElement | null {
  const t = useMessages().migration
  const [is_open, setIsOpen] = useState(false)
  // The dialog stays open while it says that some are left.
  // Of people who share an identifier, or were refused for several reasons, not all can be decided about alike.
  if (cause.kind === 'shared' || cause.kind === 'refused' || (cause.people === cause.decided && !is_open)) return null
  return (
    <>
      <Permission call="decideCause">
        <Button size="compact-sm" variant="default" onClick={() => setIsOpen(true)} aria-label={t.decideAllOf(name)}>
          {t.decideAll}
        </Button>
      </Permission>
      <Modal opened={is_open} onClose={() => setIsOpen(false)} title={t.decideAllOf(name)}>
        {/* Mounted anew each time: what was typed is gone. */}
        {is_open && <Form connection_id={connection_id} cause={cause} name={name} onClose={() => setIsOpen(false)} />}
      </Modal>
    </>
  )
}

function Form({
  connection_id,
  cause: { kind: of, cause, people, decided },
  onClose,
}: Props & { onClose: () => void }) {
  const texts = useMessages().migration
  const decide = useCall('decideCause')
  const [kind, setKind] = useState<Kind>('exclude')
  const [message, setMessage] = useState('')
  const open = people - decided
  const named = Math.min(open, decided_by_cause_max)
  const save = (): void => {
    const text = message.trim()
    const body = {
      [of === 'rehearsal' ? 'rehearsed' : of]: cause,
      kind,
      people_max: named,
      ...(kind === 'exclude' && text !== '' ? { message: text } : {}),
    } as Body
    decide.mutate(
      { connection_id, body },
      {
        onSuccess: (answer) => {
          notify(texts.decidedAll(answer.decided))
          if (!answer.has_more) onClose()
        },
      },
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <Stack>
        <Radio.Group label={texts.decideAllLabel(named)} value={kind} onChange={(value) => setKind(value)}>
          <Stack gap="xs" mt="xs">
            {kinds.map((one) => (
              <Radio key={one} value={one} label={texts.kinds[one]} description={texts.consequencesForAll[one]} />
            ))}
          </Stack>
        </Radio.Group>
        {kind === 'exclude' && (
          <Textarea
            label={texts.excludeText}
            description={texts.excludeHint}
            autosize
            minRows={2}
            maxLength={message_max}
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
          />
        )}
        <Text size="sm">{texts.decideAllHint(decided)}</Text>
        {open > named && <Text size="sm">{texts.decideAllRest(named, open - named)}</Text>}
        {decide.data?.has_more === true && (
          <Text size="sm" role="status">
            {texts.decidedSome(decide.data.decided)}
          </Text>
        )}
        <DialogActions
          label={kind === 'exclude' ? texts.excludeAll(named) : texts.retryAll(named)}
          call={decide}
          onCancel={onClose}
          is_disabled={named === 0}
          {...(kind === 'exclude' ? { color: 'red' as const } : {})}
        />
      </Stack>
    </form>
  )
}
