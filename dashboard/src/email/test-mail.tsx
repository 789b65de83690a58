import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useSession } from '../session/use-session'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'

/** Sends a test mail with the saved mail service, and shows what the mail server answered. */
export function TestMail(): ReactElement {
  const t = useMessages().email
  const { user } = useSession()
  const [to, setTo] = useState(user.email ?? '')
  const test = useCall('testEmailProvider')
  const { data: tested } = test
  return (
    <Section title={t.test} hint={t.testHint}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          test.mutate({ body: { to: to.trim() } })
        }}
      >
        <Stack maw={760}>
          <Group align="flex-end">
            <TextInput
              label={t.testTo}
              type="email"
              required
              flex={1}
              miw={200}
              value={to}
              onChange={(event) => setTo(event.currentTarget.value)}
            />
            <Permission call="testEmailProvider">
              <Button type="submit" variant="default" loading={test.isPending}>
                {t.sendTest}
              </Button>
            </Permission>
          </Group>
          {test.error && <Problem error={test.error} title={t.notTested} />}
          {tested && !test.isPending && (
            <Alert
              variant="light"
              color={tested.is_sent ? 'teal' : 'red'}
              role="status"
              title={tested.is_sent ? t.testSent(tested.duration_ms) : t.testFailed(tested.duration_ms)}
            >
              {tested.error !== undefined && <Text size="sm">{tested.error}</Text>}
              {tested.server_text !== undefined && (
                <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {t.serverText(tested.server_text)}
                </Text>
              )}
            </Alert>
          )}
        </Stack>
      </form>
    </Section>
  )
}
